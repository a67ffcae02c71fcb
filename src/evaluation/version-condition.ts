import type { SemVer } from 'semver';
import { parseVersion, toVersion } from './attribute-value.js';
import { Comparator } from './comparator.js';
import type { Condition } from './run.js';
import type { AttributeReader } from './scope.js';

/** IS (NOT) ONE OF over semantic versions. One item that is none makes both false. */
export function versionListCondition(
  read: AttributeReader,
  items: readonly string[],
  negated: boolean,
): Condition {
  let versions: readonly (SemVer | undefined)[] | undefined;
  return (run) => {
    const version = toVersion(read(run));
    if (version === undefined) return undefined;
    versions ??= items.filter((item) => item !== '').map(parseVersion);
    if (versions.includes(undefined)) return false;
    return versions.some((item) => item && version.compare(item) === 0) !== negated;
  };
}

/** A relation of semantic versions; false to a comparison value that is none. */
export function versionRelationCondition(
  read: AttributeReader,
  item: string,
  comparator: number,
): Condition {
  let other: SemVer | null | undefined;
  return (run) => {
    const version = toVersion(read(run));
    if (version === undefined) return undefined;
    if (other === undefined) other = parseVersion(item) ?? null;
    return other !== null && holds(version.compare(other), comparator);
  };
}

function holds(order: number, comparator: number): boolean {
  switch (comparator) {
    case Comparator.versionLess:
      return order < 0;
    case Comparator.versionLessOrEquals:
      return order <= 0;
    case Comparator.versionGreater:
      return order > 0;
    default:
      return order >= 0;
  }
}
