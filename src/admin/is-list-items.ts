import { registerDecorator } from 'class-validator';
import { isJsonObject } from '../engage/json-value.js';

const MAX_HINT = 255;

/** By hand: a list has 15,000 of them, and a class for each would hold everybody up for a quarter of a second. */
export function IsListItems(): PropertyDecorator {
  return (target, property) => {
    registerDecorator({
      name: 'isListItems',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => Array.isArray(value) && value.every(isItem),
        defaultMessage: () =>
          'must be a list of {"value": text}, each with a "hint" of at most 255 characters or none',
      },
    });
  };
}

function isItem(item: unknown): boolean {
  if (!isJsonObject(item) || typeof item['value'] !== 'string') return false;
  const { value: _value, hint, ...others } = item;
  const isHint = hint == null || (typeof hint === 'string' && hint.length <= MAX_HINT);
  return isHint && Object.keys(others).length === 0;
}
