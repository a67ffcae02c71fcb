import type { ConfigJson } from './config-json.js';
import { InvalidConfigError } from './invalid-config-error.js';
import {
  booleanAt,
  eachOf,
  integerAt,
  missing,
  numberAt,
  objectAt,
  optional,
  Path,
  required,
  stringAt,
  stringsAt,
} from './json-check.js';

/** The most a config JSON may have; as much as is read from a source (`contracts/proxy.md`, 8). */
export const MAX_CONFIG_BYTES = 32 * 1024 * 1024;

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
  checkConfig(json);
  return json;
}

function checkConfig(json: unknown): asserts json is ConfigJson {
  const path = new Path();
  if (json === null) missing(json, path);
  const root = objectAt(json, path);
  optional(root, 'p', path, checkPreferences);
  optional(root, 's', path, eachOf(checkSegment));
  optional(root, 'f', path, checkSettings);
}

function checkPreferences(value: unknown, path: Path): void {
  const preferences = objectAt(value, path);
  optional(preferences, 'r', path, integerAt);
  optional(preferences, 'u', path, stringAt);
  optional(preferences, 's', path, stringAt);
}

function checkSegment(value: unknown, path: Path): void {
  const segment = objectAt(value, path);
  required(segment, 'n', path, stringAt);
  optional(segment, 'r', path, eachOf(checkUserCondition));
}

function checkSettings(value: unknown, path: Path): void {
  const settings = objectAt(value, path);
  for (const key of Object.keys(settings)) required(settings, key, path, checkSetting);
}

function checkSetting(value: unknown, path: Path): void {
  const setting = objectAt(value, path);
  required(setting, 't', path, integerAt);
  optional(setting, 'a', path, stringAt);
  optional(setting, 'r', path, eachOf(checkRule));
  optional(setting, 'p', path, eachOf(checkPercentageOption));
  checkServed(setting, path);
}

function checkRule(value: unknown, path: Path): void {
  const rule = objectAt(value, path);
  optional(rule, 'c', path, eachOf(checkCondition));
  optional(rule, 's', path, checkServed);
  optional(rule, 'p', path, eachOf(checkPercentageOption));
}

function checkCondition(value: unknown, path: Path): void {
  const condition = objectAt(value, path);
  optional(condition, 'u', path, checkUserCondition);
  optional(condition, 'p', path, checkPrerequisiteCondition);
  optional(condition, 's', path, checkSegmentCondition);
}

function checkUserCondition(value: unknown, path: Path): void {
  const condition = objectAt(value, path);
  required(condition, 'a', path, stringAt);
  required(condition, 'c', path, integerAt);
  optional(condition, 's', path, stringAt);
  optional(condition, 'd', path, numberAt);
  optional(condition, 'l', path, stringsAt);
}

function checkPrerequisiteCondition(value: unknown, path: Path): void {
  const condition = objectAt(value, path);
  required(condition, 'f', path, stringAt);
  required(condition, 'c', path, integerAt);
  required(condition, 'v', path, checkValue);
}

function checkSegmentCondition(value: unknown, path: Path): void {
  const condition = objectAt(value, path);
  required(condition, 's', path, integerAt);
  required(condition, 'c', path, integerAt);
}

function checkPercentageOption(value: unknown, path: Path): void {
  const option = objectAt(value, path);
  required(option, 'p', path, integerAt);
  checkServed(option, path);
}

function checkServed(value: unknown, path: Path): void {
  const served = objectAt(value, path);
  required(served, 'v', path, checkValue);
  optional(served, 'i', path, stringAt);
}

function checkValue(value: unknown, path: Path): void {
  const setting = objectAt(value, path);
  optional(setting, 'b', path, booleanAt);
  optional(setting, 's', path, stringAt);
  optional(setting, 'i', path, integerAt);
  optional(setting, 'd', path, numberAt);
}
