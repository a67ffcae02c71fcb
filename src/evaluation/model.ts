import type { ConfigJson, SegmentJson, SettingJson } from './config-json.js';
import { Flag } from './flag.js';
import { deepFlags } from './prerequisite-graph.js';
import type { Reach } from './reach.js';
import { reachOf } from './reach.js';
import type { DerivedAttributes } from './scope.js';
import { Scope } from './scope.js';
import type { AudienceSegment } from './segment.js';
import { Segments } from './segment.js';
import { sortedByUtf8 } from './utf8.js';

export interface CompileOptions {
  /**
   * Segments, by their index in root.s, that stand for an audience: evaluated as *attribute IS
   * ONE OF (hashed)*, answered by `has`, whatever conditions the JSON carries for SDKs.
   */
  readonly audienceSegments?: ReadonlyMap<number, AudienceSegment>;
  /**
   * Attributes that are computed here, wherever a condition or percentages read them; what the
   * user carries under such a name is ignored. Undefined is answered when it can't be computed.
   */
  readonly derivedAttributes?: DerivedAttributes;
}

/** How many flags may stand on one another on the stack; deeper ones are decided without it. */
const DIRECT_DEPTH = 32;

/** A config in memory: what its flags share. Flags are made when they are first asked for. */
export class Model {
  /** The keys of the flags, sorted by their UTF-8 bytes. */
  readonly keys: readonly string[];
  readonly segments: readonly SegmentJson[];
  readonly audiences: ReadonlyMap<number, AudienceSegment>;
  readonly derived: DerivedAttributes;
  readonly compiledSegments: Segments;
  private readonly salt: string | undefined;
  private readonly settings: Readonly<Record<string, SettingJson>>;
  private readonly flags = new Map<string, Flag>();
  private readonly reaches = new Map<string, Reach>();
  private deep: ReadonlySet<string> | undefined;

  constructor(config: ConfigJson, options: CompileOptions) {
    this.settings = config.f ?? {};
    this.keys = sortedByUtf8(Object.keys(this.settings));
    this.segments = config.s ?? [];
    this.salt = config.p?.s ?? undefined;
    this.audiences = options.audienceSegments ?? new Map();
    this.derived = options.derivedAttributes ?? new Map();
    this.compiledSegments = new Segments(this);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.settings, key);
  }

  flag(key: string): Flag | undefined {
    return this.flags.get(key) ?? this.addFlag(key);
  }

  /** What conditions in a flag, or in a segment by its name, are compiled with. */
  scopeOf(context: string): Scope {
    return new Scope(this.salt, context, this.derived);
  }

  /** Whether a flag's prerequisites may be too deep for the stack, or without end. */
  isDeep(key: string): boolean {
    this.deep ??= deepFlags(new Map(Object.entries(this.settings)), DIRECT_DEPTH);
    return this.deep.has(key);
  }

  reachOf(key: string): Reach {
    const reach = this.reaches.get(key) ?? reachOf(key, this);
    // Whoever asks for flags that do not exist shall not fill the memory.
    if (this.has(key)) this.reaches.set(key, reach);
    return reach;
  }

  private addFlag(key: string): Flag | undefined {
    const setting = this.has(key) ? this.settings[key] : undefined;
    if (!setting) return undefined;
    const flag = new Flag(key, setting, this);
    this.flags.set(key, flag);
    return flag;
  }
}
