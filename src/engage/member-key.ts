import { identifier } from '../audiences/identifier.js';
import { isJsonObject, ownProperty, type JsonObject } from './json-value.js';

/**
 * The member an event is about, by the destination's `context_key`; undefined when the event names
 * none. The first identifier that is there counts, even when it then proves no storable key.
 */
export function memberKey(event: JsonObject, contextKey: string): string | undefined {
  switch (contextKey) {
    case 'user_id_only':
      return identifier(event['userId']);
    case 'user_id_then_email':
      return identifier(event['userId']) ?? email(event);
    case 'user_id_then_anonymousId':
      return identifier(event['userId']) ?? identifier(event['anonymousId']);
    case 'user_id_then_email_then_anonymousId':
      return identifier(event['userId']) ?? email(event) ?? identifier(event['anonymousId']);
    case 'email_only':
      return email(event);
    default:
      return contextKey.startsWith('path:$.') ? atPath(event, contextKey.slice(7)) : undefined;
  }
}

/** Engage puts it into `traits` of an identify and into `context.traits` of a track. */
function email(event: JsonObject): string | undefined {
  switch (event['type']) {
    case 'identify':
      return emailIn(event['traits']);
    case 'track':
      return emailIn(contextTraits(event));
    case 'delete':
      return emailIn(event['traits']) ?? emailIn(contextTraits(event));
    default:
      return undefined;
  }
}

function contextTraits(event: JsonObject): unknown {
  return isJsonObject(event['context']) ? event['context']['traits'] : undefined;
}

function emailIn(traits: unknown): string | undefined {
  return isJsonObject(traits) ? identifier(traits['email']) : undefined;
}

function atPath(event: JsonObject, path: string): string | undefined {
  let value: unknown = event;
  for (const name of path.split('.')) {
    if (!isJsonObject(value)) return undefined;
    value = ownProperty(value, name);
  }
  return identifier(value);
}
