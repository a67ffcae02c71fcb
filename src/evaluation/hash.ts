import { hash } from 'node:crypto';
import { isAscii, isWellFormed, utf8Bytes } from './utf8.js';

/**
 * The hash of hashed comparators: lower-case hexadecimal SHA-256 of the UTF-8 of value, salt and
 * context, one after the other. The context is the key of the flag, or in a segment its name.
 */
export function hashText(value: string, salt: string, context: string): string {
  return new Hasher(salt, context).hash(value);
}

/**
 * Hashes many values with one salt and context. A string in and hexadecimal out is the fastest
 * way through node:crypto (0.35 µs; `createHash` takes 0.85, and a Buffer on either side loses).
 */
export class Hasher {
  private readonly suffix: string;
  private readonly joinable: boolean;

  constructor(
    private readonly salt: string,
    private readonly context: string,
  ) {
    this.suffix = salt + context;
    // Two halves of a pair that meet at a seam would become one character.
    this.joinable = isWellFormed(salt) && isWellFormed(context);
  }

  hash(value: string): string {
    return this.joinable && isWellFormed(value)
      ? hash('sha256', value + this.suffix, 'hex')
      : this.hashBytes(utf8Bytes(value));
  }

  /** Hashes the bytes of a value, which may end inside of a character. */
  hashBytes(value: Buffer): string {
    return hash('sha256', Buffer.concat([value, this.suffixBytes()]), 'hex');
  }

  /**
   * The hash of the first (`start`) or last bytes of a text for each length asked for; undefined
   * when the text is shorter.
   */
  slices(text: string, start: boolean): (length: number) => string | undefined {
    const bytes = isAscii(text) ? undefined : utf8Bytes(text);
    const size = bytes?.length ?? text.length;
    return (length) => {
      if (length > size) return undefined;
      const [from, to] = start ? [0, length] : [size - length, size];
      return bytes ? this.hashBytes(bytes.subarray(from, to)) : this.hash(text.slice(from, to));
    };
  }

  private suffixBytes(): Buffer {
    return Buffer.concat([utf8Bytes(this.salt), utf8Bytes(this.context)]);
  }
}
