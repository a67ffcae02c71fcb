/**
 * Who a flag is evaluated for: attributes by name, `Identifier`, `Email`, `Country` and custom
 * ones alike. Only own properties count. Values are what a request or an SDK gave: string,
 * number, Date, string[], or anything else, which is then converted or refused as
 * `contracts/evaluation.md`, "Algorithms", says.
 */
export type User = Readonly<Record<string, unknown>>;
