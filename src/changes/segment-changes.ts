import type { UserConditionJson } from '../evaluation/config-json.js';
import { changeOf, type Change } from './change.js';
import { conditionsOf } from './condition.js';
import { hiddenChange } from './condition-changes.js';
import {
  definitionChange,
  segmentCreated,
  segmentDeleted,
  type Definition,
} from './definition-change.js';
import { quoted, quotedPair } from './shown-text.js';

/** A segment as administrators define it, in the terms of a config. */
export interface DescribedSegment {
  readonly name: string;
  readonly description: string;
  readonly overlay: boolean;
  readonly is: AudienceMembers | UserConditions;
}

/** The members of an audience, and how SDKs that evaluate alone learn who they are. */
export interface AudienceMembers {
  /** What people call it. */
  readonly audience: string;
  readonly delivery: 'auto' | 'list' | 'attribute';
}

export interface UserConditions {
  /**
   * All must be met. Values of hashed comparators are compared and counted, never shown: they must
   * be written alike in both versions, in clear or as hashes, but then with the same salt AND the
   * same context. A condition whose values are sensitive must have its hashed comparator.
   */
  readonly conditions: readonly UserConditionJson[];
}

const DELIVERIES = { auto: 'automatically', list: 'as a list', attribute: 'by an attribute' };

const TAKES_PLACE = "the place of the config's segment of that name";

/**
 * What changed of a segment, as sentences for people; undefined for one version that there is
 * none. Undefined where nothing differs.
 */
export function segmentChange(
  before: DescribedSegment | undefined,
  after: DescribedSegment | undefined,
): Change | undefined {
  if (before && after) return changeOf('segment', after.name, versionChanges(before, after));
  if (after) return changeOf('segment', after.name, creation(after));
  if (!before) return undefined;
  const sentence = segmentDeleted(quoted(before.name), definitionOf(before));
  return changeOf('segment', before.name, [sentence]);
}

function* creation(segment: DescribedSegment): Iterable<string> {
  yield segmentCreated(quoted(segment.name), definitionOf(segment));
  if (segment.overlay) yield `It takes ${TAKES_PLACE}.`;
}

function* versionChanges(before: DescribedSegment, after: DescribedSegment): Iterable<string> {
  const segment = quoted(after.name);
  if (before.name !== after.name) {
    const [old, recent] = quotedPair(before.name, after.name);
    yield old === recent
      ? hiddenChange(`Segment ${old}`)
      : `Segment ${old} is now called ${recent}.`;
  }
  yield* definitionChange(segment, definitionOf(before), definitionOf(after));
  yield* deliveryChange(segment, before.is, after.is);
  if (before.description !== after.description) {
    yield descriptionChange(segment, before.description, after.description);
  }
  if (before.overlay !== after.overlay) {
    yield `Segment ${segment} ${after.overlay ? 'now' : 'no longer'} takes ${TAKES_PLACE}.`;
  }
}

function* deliveryChange(
  segment: string,
  before: DescribedSegment['is'],
  after: DescribedSegment['is'],
): Iterable<string> {
  if (!('audience' in before && 'audience' in after)) return;
  if (before.delivery === after.delivery) return;
  const [old, recent] = [DELIVERIES[before.delivery], DELIVERIES[after.delivery]];
  yield `Members of segment ${segment} now reach SDKs ${recent}; they did so ${old}.`;
}

function descriptionChange(segment: string, before: string, after: string): string {
  if (after === '') return `The description of segment ${segment} was removed.`;
  const [old, recent] = quotedPair(before, after);
  if (old === recent) return hiddenChange(`The description of segment ${segment}`);
  const was = before === '' ? '' : `; it was ${old}`;
  return `The description of segment ${segment} is now ${recent}${was}.`;
}

/** Hashes of conditions can be compared: `UserConditions` asks for it. */
function definitionOf({ is }: DescribedSegment): Definition {
  if ('audience' in is) return `the members of audience ${quoted(is.audience)}`;
  const conditions = is.conditions.map((u) => ({ u }));
  return conditionsOf(conditions, { segments: [], comparesHashes: true });
}
