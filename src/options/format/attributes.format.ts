import { mustBe, parsed, type Format } from './format.js';
import { structureOf } from './json.js';
import { isMapping } from './mapping.js';

/** What a user attribute may hold (`contracts/proxy.md`, "API"). */
export type AttributeValue = string | number | readonly string[];

/** User attributes by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

function isAttributeValue(value: unknown): value is AttributeValue {
  if (typeof value === 'string' || typeof value === 'number') return true;
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Default user attributes; JSON in the environment. */
export const attributes: Format<Attributes> = {
  name: 'mapping of attribute to text, number or list of texts',
  json: true,
  parse: (raw) => {
    const mapping = structureOf(raw);
    if (!isMapping(mapping)) return mustBe('must be a mapping of attribute names to values');
    const entries: [string, AttributeValue][] = [];
    for (const [name, value] of Object.entries(mapping)) {
      if (!isAttributeValue(value)) {
        return mustBe(`must have text, a number or a list of texts as ${name}`);
      }
      entries.push([name, value]);
    }
    // Not by assignment: an attribute named __proto__ stays an attribute.
    return parsed(Object.fromEntries(entries));
  },
};
