import { memberKey } from '../configs/evaluable-config.js';
import type { Watcher } from './watcher-topic.js';

/** Most users are watched by one stream: no set is made for them. */
type Found = Watcher | Set<Watcher>;

/** Watchers by the values of the user attributes that members are matched on. */
export class WatcherIndex {
  private readonly byAttribute = new Map<string, Map<string, Found>>();

  /** Makes the watcher be found by the values of these attributes, and no others. */
  place(watcher: Watcher, attributes: readonly string[]): void {
    if (watcher.attributes === attributes) return;
    this.remove(watcher);
    watcher.attributes = attributes;
    for (const [attribute, value] of valuesOf(watcher)) {
      let values = this.byAttribute.get(attribute);
      if (values === undefined) {
        values = new Map();
        this.byAttribute.set(attribute, values);
      }
      values.set(value, withWatcher(values.get(value), watcher));
    }
  }

  /** Users come and go by the million: a value that nobody watches any more is forgotten. */
  remove(watcher: Watcher): void {
    for (const [attribute, value] of valuesOf(watcher)) {
      const values = this.byAttribute.get(attribute);
      const found = values?.get(value);
      if (found === watcher) {
        values?.delete(value);
      } else if (found instanceof Set) {
        found.delete(watcher);
        if (found.size === 0) values?.delete(value);
      }
    }
    watcher.attributes = [];
  }

  /** Whether anybody is found by this attribute. */
  has(attribute: string): boolean {
    return (this.byAttribute.get(attribute)?.size ?? 0) > 0;
  }

  /** Who is found by this value; may be walked while watchers come and go. */
  find(attribute: string, value: string): Iterable<Watcher> {
    const found = this.byAttribute.get(attribute)?.get(value);
    if (found === undefined) return NOBODY;
    return found instanceof Set ? found : [found];
  }
}

const NOBODY: readonly Watcher[] = [];

function valuesOf({ user, attributes }: Watcher): [attribute: string, value: string][] {
  const values: [string, string][] = [];
  if (user === undefined) return values;
  for (const attribute of attributes) {
    const value = memberKey(user, attribute);
    if (value !== undefined) values.push([attribute, value]);
  }
  return values;
}

function withWatcher(found: Found | undefined, watcher: Watcher): Found {
  if (found === undefined) return watcher;
  return found instanceof Set ? found.add(watcher) : new Set([found, watcher]);
}
