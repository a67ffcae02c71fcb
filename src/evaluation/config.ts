import type { ConfigJson } from './config-json.js';
import { InvalidConfigError } from './invalid-config-error.js';
import type { Place } from './json-check.js';
import {
  booleanAt,
  eachOf,
  integerAt,
  missing,
  numberAt,
  objectAt,
  optional,
  required,
  stringAt,
  stringsAt,
} from './json-check.js';

/** The most a config JSON may have; as much as is read from a source (`contracts/proxy.md`, 8). */
export const MAX_CONFIG_BYTES = 32 * 1024 * 1024;

const ROOT: Place = { parent: undefined, step: '$' };

/**
 * Reads a config JSON v6 and makes the load-time checks of `contracts/evaluation.md`, "Schema",
 * in the order of the SDK. Throws InvalidConfigError with the path of the first thing found.
 */
export function parseConfig(text: string | Buffer): ConfigJson {
  if (Buffer.byteLength(text) > MAX_CONFIG_BYTES) {
    throw new InvalidConfigError('$', `more than ${MAX_CONFIG_BYTES} bytes`);
  }
  let json: unknown;
  try {
    json = JSON.parse(text.toString());
  } catch (cause) {
    throw new InvalidConfigError('$', 'this is no JSON', { cause });
  }
  if (json === null) missing(ROOT);
  checkConfig(json);
  return json;
}

function checkConfig(json: unknown): asserts json is ConfigJson {
  const root = objectAt(json, ROOT);
  optional(root, 'p', ROOT, checkPreferences);
  optional(root, 's', ROOT, eachOf(checkSegment));
  optional(root, 'f', ROOT, checkSettings);
}

function checkPreferences(value: unknown, place: Place): void {
  const preferences = objectAt(value, place);
  optional(preferences, 'r', place, integerAt);
  optional(preferences, 'u', place, stringAt);
  optional(preferences, 's', place, stringAt);
}

function checkSegment(value: unknown, place: Place): void {
  const segment = objectAt(value, place);
  required(segment, 'n', place, stringAt);
  optional(segment, 'r', place, eachOf(checkUserCondition));
}

function checkSettings(value: unknown, place: Place): void {
  const settings = objectAt(value, place);
  for (const key of Object.keys(settings)) required(settings, key, place, checkSetting);
}

function checkSetting(value: unknown, place: Place): void {
  const setting = objectAt(value, place);
  required(setting, 't', place, integerAt);
  optional(setting, 'a', place, stringAt);
  optional(setting, 'r', place, eachOf(checkRule));
  optional(setting, 'p', place, eachOf(checkPercentageOption));
  checkServed(setting, place);
}

function checkRule(value: unknown, place: Place): void {
  const rule = objectAt(value, place);
  optional(rule, 'c', place, eachOf(checkCondition));
  optional(rule, 's', place, checkServed);
  optional(rule, 'p', place, eachOf(checkPercentageOption));
}

function checkCondition(value: unknown, place: Place): void {
  const condition = objectAt(value, place);
  optional(condition, 'u', place, checkUserCondition);
  optional(condition, 'p', place, checkPrerequisiteCondition);
  optional(condition, 's', place, checkSegmentCondition);
}

function checkUserCondition(value: unknown, place: Place): void {
  const condition = objectAt(value, place);
  required(condition, 'a', place, stringAt);
  required(condition, 'c', place, integerAt);
  optional(condition, 's', place, stringAt);
  optional(condition, 'd', place, numberAt);
  optional(condition, 'l', place, stringsAt);
}

function checkPrerequisiteCondition(value: unknown, place: Place): void {
  const condition = objectAt(value, place);
  required(condition, 'f', place, stringAt);
  required(condition, 'c', place, integerAt);
  required(condition, 'v', place, checkValue);
}

function checkSegmentCondition(value: unknown, place: Place): void {
  const condition = objectAt(value, place);
  required(condition, 's', place, integerAt);
  required(condition, 'c', place, integerAt);
}

function checkPercentageOption(value: unknown, place: Place): void {
  const option = objectAt(value, place);
  required(option, 'p', place, integerAt);
  checkServed(option, place);
}

function checkServed(value: unknown, place: Place): void {
  const served = objectAt(value, place);
  required(served, 'v', place, checkValue);
  optional(served, 'i', place, stringAt);
}

function checkValue(value: unknown, place: Place): void {
  const setting = objectAt(value, place);
  optional(setting, 'b', place, booleanAt);
  optional(setting, 's', place, stringAt);
  optional(setting, 'i', place, integerAt);
  optional(setting, 'd', place, numberAt);
}
