import { mustBe, parsed, type Format } from './format.js';

// What Go's strconv.ParseBool (the proxy's variables) and YAML 1.1 (the proxy's files) take.
const ON = new Set(['true', 't', '1', 'yes', 'on']);
const OFF = new Set(['false', 'f', '0', 'no', 'off']);

/** True or false, in all spellings that the ConfigCat Proxy takes. */
export const onOff: Format<boolean> = {
  name: '`true` or `false`',
  parse: (raw) => {
    if (typeof raw === 'boolean') return parsed(raw);
    const word = typeof raw === 'string' ? raw.toLowerCase() : '';
    if (ON.has(word)) return parsed(true);
    if (OFF.has(word)) return parsed(false);
    return mustBe('must be `true` or `false`');
  },
};
