import { LineCounter, parseAllDocuments } from 'yaml';
import { UsageError } from '../cli.errors.js';
import {
  completeFields,
  FIELD_NAMES,
  READ_ONLY_NAMES,
  type DesiredSegment,
  type SegmentFields,
} from './desired-segment.js';

/** The segments that a product is to have. */
export interface SegmentFile {
  readonly product: string;
  readonly segments: readonly DesiredSegment[];
  /** Names of those that it is not to have. */
  readonly deleted: readonly string[];
}

type Mapping = Readonly<Record<string, unknown>>;

const FIELDS: ReadonlySet<string> = new Set(FIELD_NAMES);
/** Texts for the API, which YAML makes numbers or switches of: `1.10` would become `1.1`. */
const TEXTS = ['description', 'comparisonAttribute', 'comparator', 'comparisonValue', 'delivery'];

/**
 * Reads a file of segments; whether their definitions are right is for the service to say.
 * @throws UsageError with all that is wrong with it
 */
export function readSegmentFile(text: string, name: string): SegmentFile {
  const tree = readYaml(text, name);
  const problems: string[] = [];
  const { product, segments } = readTop(tree, problems);
  const read = segments.map((item, index) => readItem(item, { index, product, problems }));
  const names = read.flatMap((item) => item?.name ?? []);
  const twice = new Set(names.filter((item, index) => names.indexOf(item) !== index));
  problems.push(...[...twice].map((item) => `segments: "${item}" stands there twice`));
  if (problems.length > 0) {
    throw new UsageError([`${name} can't be applied:`, ...problems].join('\n  '));
  }
  const items = read.filter((item) => item !== undefined);
  return {
    product,
    segments: items
      .filter(({ isDeleted }) => !isDeleted)
      .map(({ name: segment, fields }) => ({ name: segment, fields: completeFields(fields) })),
    deleted: items.filter(({ isDeleted }) => isDeleted).map((item) => item.name),
  };
}

function readYaml(text: string, name: string): unknown {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { merge: true, prettyErrors: false, lineCounter });
  const [document, second] = Array.isArray(documents) ? documents : [];
  const [error] = document?.errors ?? [];
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    throw new UsageError(`${name} is no YAML: line ${line}, column ${col}: ${error.message}`);
  }
  if (second !== undefined) {
    throw new UsageError(`${name} holds several YAML documents: apply them one by one.`);
  }
  try {
    return document?.toJS();
  } catch {
    throw new UsageError(`${name} is no YAML: an alias in it has no anchor, or unfolds too far.`);
  }
}

function readTop(
  tree: unknown,
  problems: string[],
): { readonly product: string; readonly segments: readonly unknown[] } {
  if (!isMapping(tree)) {
    throw new UsageError('The file must be a mapping with product and segments.');
  }
  const { product, segments, ...others } = tree;
  problems.push(...Object.keys(others).map((key) => `${key}: is not known here`));
  if (!isText(product)) problems.push('product: must be the name of a product');
  if (!Array.isArray(segments)) problems.push('segments: must be a list');
  return {
    product: isText(product) ? product : '',
    segments: Array.isArray(segments) ? segments : [],
  };
}

interface Item {
  readonly name: string;
  readonly isDeleted: boolean;
  readonly fields: SegmentFields;
}

interface ItemPlace {
  readonly index: number;
  readonly product: string;
  readonly problems: string[];
}

function readItem(item: unknown, { index, product, problems }: ItemPlace): Item | undefined {
  const report = (key: string, what: string): void => {
    problems.push(`segments[${index}]${key}: ${what}`);
  };
  if (!isMapping(item)) {
    report('', 'must be a mapping');
    return undefined;
  }
  const { name, delete: isDeleted = false, ...fields } = item;
  if (!isText(name)) report('.name', 'must be text');
  if (typeof isDeleted !== 'boolean') report('.delete', 'must be true or false');
  if (fields['product'] !== undefined && fields['product'] !== product) {
    report('.product', 'is not that of the file');
  }
  for (const key of Object.keys(fields)) {
    if (!FIELDS.has(key) && !READ_ONLY_NAMES.has(key)) report(`.${key}`, 'is not known here');
  }
  for (const key of TEXTS) {
    if (fields[key] != null && typeof fields[key] !== 'string') {
      report(`.${key}`, 'must be text: put it in quotes');
    }
  }
  const known = Object.entries(fields).filter(([key]) => FIELDS.has(key));
  return isText(name)
    ? { name, isDeleted: isDeleted === true, fields: Object.fromEntries(known) }
    : undefined;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
