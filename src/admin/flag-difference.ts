import type { FlagValue } from '../evaluation/evaluation.js';

const EXAMPLES = 5;

/** Users who would be served another value of one flag. */
export class FlagDifference {
  private readonly changes = new Map<string, ValueChange>();
  readonly examples: string[] = [];

  constructor(
    readonly sdkId: string,
    readonly key: string,
  ) {}

  add(memberKey: string, from: FlagValue | null, to: FlagValue | null): void {
    if (from === to) return;
    const name = JSON.stringify([from, to]);
    const change = this.changes.get(name) ?? { from, to, users: 0 };
    change.users += 1;
    this.changes.set(name, change);
    if (this.examples.length < EXAMPLES) this.examples.push(memberKey);
  }

  get users(): number {
    return this.byValue.reduce((sum, { users }) => sum + users, 0);
  }

  get byValue(): readonly ValueChange[] {
    return [...this.changes.values()];
  }
}

export interface ValueChange {
  readonly from: FlagValue | null;
  readonly to: FlagValue | null;
  users: number;
}
