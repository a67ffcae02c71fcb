import { InvalidInputError, type InputProblem } from '../error.js';
import { SIMPLE_COMPARATORS, type SimpleComparator } from '../segments/comparators.js';
import {
  conditionProblems,
  MAX_LIST_ITEMS,
  simpleProblems,
  textProblem,
} from '../segments/definition-check.js';
import type {
  AudienceReference,
  ConditionDefinition,
  SegmentDefinition,
} from '../segments/segment-definition.js';
import type { SegmentDraft } from '../segments/stored-segment.js';
import type {
  AudienceInput,
  ConditionInput,
  DefinitionInput,
  SegmentInput,
} from './segment-input.js';

/** Whether there is a destination of that name. */
export type IsDestination = (id: string) => boolean;

/** @throws InvalidInputError with all that is wrong */
export function segmentDraft(input: SegmentInput, isDestination: IsDestination): SegmentDraft {
  const { name, description = '', overlay } = input;
  const problems: InputProblem[] = [];
  for (const [pointer, text] of [
    ['/name', name],
    ['/description', description ?? ''],
  ] as const) {
    const detail = textProblem(text);
    if (detail !== undefined) problems.push({ pointer, detail });
  }
  if (name.trim() === '') problems.push({ pointer: '/name', detail: 'must not be blank' });
  const definition = readDefinition(input, isDestination, problems);
  if (problems.length > 0 || definition === undefined) throw new InvalidInputError(problems);
  return { name, description: description ?? '', definition, overlay: overlay ?? true };
}

/** @throws InvalidInputError with all that is wrong */
export function segmentDefinition(
  input: DefinitionInput,
  isDestination: IsDestination,
): SegmentDefinition {
  const problems: InputProblem[] = [];
  const definition = readDefinition(input, isDestination, problems);
  if (problems.length > 0 || definition === undefined) throw new InvalidInputError(problems);
  return definition;
}

const ONE_OF_THREE =
  'needs exactly one of: comparisonAttribute with comparator and comparisonValue; conditions; audience';

function readDefinition(
  input: DefinitionInput,
  isDestination: IsDestination,
  problems: InputProblem[],
): SegmentDefinition | undefined {
  const { comparisonAttribute, comparator, comparisonValue, conditions, audience, delivery } =
    input;
  const isSimple = [comparisonAttribute, comparator, comparisonValue].some(
    (value) => value != null,
  );
  const kinds = [isSimple, conditions != null, audience != null].filter(Boolean).length;
  if (kinds !== 1) {
    problems.push({ pointer: '', detail: ONE_OF_THREE });
    return undefined;
  }
  if (delivery != null && audience == null) {
    problems.push({ pointer: '/delivery', detail: 'is for audiences alone' });
  }
  if (audience != null) {
    const reference = readAudience(audience, isDestination, problems);
    return reference && { audience: reference, delivery: delivery ?? 'auto' };
  }
  if (conditions != null) {
    const values = conditions.map(({ comparisonValue: { listValue } }) => listValue?.length ?? 0);
    if (values.reduce((sum, count) => sum + count, 0) > MAX_LIST_ITEMS) {
      const detail = `must have at most ${MAX_LIST_ITEMS} values in all; an audience may have any number`;
      problems.push({ pointer: '/conditions', detail });
      return undefined;
    }
    return {
      conditions: conditions.map((condition, index) => readCondition(condition, index, problems)),
    };
  }
  return readSimple(input, problems);
}

function readSimple(
  { comparisonAttribute, comparator, comparisonValue }: DefinitionInput,
  problems: InputProblem[],
): SegmentDefinition | undefined {
  const given = { comparisonAttribute, comparator, comparisonValue };
  for (const [name, value] of Object.entries(given)) {
    if (value == null) problems.push({ pointer: `/${name}`, detail: 'is missing' });
  }
  if (comparisonAttribute == null || comparator == null || comparisonValue == null)
    return undefined;
  checkAttribute(comparisonAttribute, '', problems);
  if (!isSimpleComparator(comparator)) {
    const detail = `must be one of ${SIMPLE_COMPARATORS.join(', ')}; conditions have more`;
    problems.push({ pointer: '/comparator', detail });
    return undefined;
  }
  const definition = { comparisonAttribute, comparator, comparisonValue };
  problems.push(...simpleProblems(definition));
  return definition;
}

function readCondition(
  { comparisonAttribute, comparator, comparisonValue }: ConditionInput,
  index: number,
  problems: InputProblem[],
): ConditionDefinition {
  const pointer = `/conditions/${index}`;
  checkAttribute(comparisonAttribute, pointer, problems);
  const { stringValue, doubleValue, listValue } = comparisonValue;
  const condition: ConditionDefinition = {
    comparisonAttribute,
    comparator,
    comparisonValue: {
      ...(stringValue != null && { stringValue }),
      ...(doubleValue != null && { doubleValue }),
      ...(listValue != null && {
        listValue: listValue.map(({ value, hint }) => (hint == null ? { value } : { value, hint })),
      }),
    },
  };
  for (const [at, { hint }] of (listValue ?? []).entries()) {
    const detail = textProblem(hint ?? '');
    if (detail !== undefined) {
      problems.push({ pointer: `${pointer}/comparisonValue/listValue/${at}/hint`, detail });
    }
  }
  problems.push(...conditionProblems(condition, pointer));
  return condition;
}

function readAudience(
  { id, destination, computationId }: AudienceInput,
  isDestination: IsDestination,
  problems: InputProblem[],
): AudienceReference | undefined {
  const isById = id != null && destination == null && computationId == null;
  const isByName = id == null && destination != null && computationId != null;
  if (!isById && !isByName) {
    problems.push({ pointer: '/audience', detail: 'needs id, or destination and computationId' });
    return undefined;
  }
  if (isById) {
    // Ids of ours are numbers below 2^48; what is none names nothing.
    if (/^[1-9]\d{0,14}$/.test(id)) return { id };
    problems.push({ pointer: '/audience/id', detail: 'names no audience' });
    return undefined;
  }
  if (!isDestination(destination ?? '')) {
    problems.push({ pointer: '/audience/destination', detail: 'is none of engage.destinations' });
  }
  const detail = textProblem(computationId ?? '');
  if (detail !== undefined) problems.push({ pointer: '/audience/computationId', detail });
  return { destination: destination ?? '', computationId: computationId ?? '' };
}

function checkAttribute(attribute: string, parent: string, problems: InputProblem[]): void {
  const detail = textProblem(attribute);
  if (detail !== undefined) problems.push({ pointer: `${parent}/comparisonAttribute`, detail });
}

function isSimpleComparator(name: string): name is SimpleComparator {
  return SIMPLE_COMPARATORS.some((known) => known === name);
}
