import { Hasher } from './hash.js';
import type { Run } from './run.js';
import type { Digest } from './sha256.js';
import type { User } from './user.js';

/** Attributes that are computed from the user; what a user carries under their names is ignored. */
export type DerivedAttributes = ReadonlyMap<string, (user: User) => readonly string[] | undefined>;

/** Reads an attribute of the user; undefined when the user or the attribute is missing. */
export type AttributeReader = (run: Run) => unknown;

/** Makes the digest of an attribute's text. */
export type Digester = (run: Run, text: string) => Digest;

interface DigestSlot {
  conditions: number;
}

/**
 * What the conditions of one flag or segment are compiled with: the salt, the context it is
 * joined with, and the attributes.
 */
export class Scope {
  private hasherOfScope: Hasher | undefined;
  private readonly slots = new Map<string, DigestSlot>();

  constructor(
    private readonly salt: string | undefined,
    private readonly context: string,
    private readonly derived: DerivedAttributes,
  ) {}

  /** Hashes with this salt and context; undefined without a salt. Most flags never need it. */
  get hasher(): Hasher | undefined {
    if (this.salt === undefined) return undefined;
    return (this.hasherOfScope ??= new Hasher(this.salt, this.context));
  }

  /**
   * The digester of an attribute. Conditions that share it share one computation a run; where one
   * condition alone wants it, it is not kept, which would cost a map.
   */
  digester(attribute: string, hasher: Hasher): Digester {
    const slot = this.slots.get(attribute) ?? { conditions: 0 };
    this.slots.set(attribute, slot);
    slot.conditions++;
    return (run, text) =>
      slot.conditions === 1 ? hasher.digest(text) : run.digest(slot, () => hasher.digest(text));
  }

  /** Whether an attribute is computed from the user instead of read. */
  isDerived(attribute: string): boolean {
    return this.derived.has(attribute);
  }

  /** Reads an attribute; null, undefined and exactly "" are missing. */
  reader(attribute: string): AttributeReader {
    const derive = this.derived.get(attribute);
    if (derive) return (run) => run.derive(attribute, derive);
    return ({ user }) => {
      const value = user && Object.hasOwn(user, attribute) ? user[attribute] : undefined;
      return value === null || value === '' ? undefined : value;
    };
  }

  /** Reads an attribute for percentages, where "" is not missing. */
  percentageReader(attribute: string): AttributeReader {
    const derive = this.derived.get(attribute);
    if (derive) return (run) => run.derive(attribute, derive);
    // The SDK's users always have an identifier, "" if need be.
    const missing = attribute === 'Identifier' ? '' : undefined;
    return ({ user }) => {
      if (user === undefined) return undefined;
      return (Object.hasOwn(user, attribute) ? user[attribute] : undefined) ?? missing;
    };
  }
}
