import { contentOf, type BaseConfig } from './base-config.js';
import type { KeptConfig } from './kept-config.js';

/** Whoever holds an older one than these has not asked for long. */
const MAX_TAGS = 1_000;
/** No content: nothing is what this tag names. */
const UNKNOWN = '';

/**
 * The entity tags that an upstream gave, with the content that each named first. Where it gives one
 * again with other bytes, clients that hold the old ones would be told that nothing changed.
 */
export class UpstreamTags {
  /** By the tag without its mark of weakness, as conditions are compared. */
  private readonly contents = new Map<string, string>();

  /** What was fetched, under its tag where that names it alone, else without: then its content makes one. */
  verified(base: BaseConfig, known: KeptConfig | undefined): BaseConfig {
    if (known?.base.etag !== undefined) this.first(known.base.etag, bytesOf(known.base));
    if (base.etag === undefined) return base;
    // It may have lost its tag at another replica, or before the start: this one, of all.
    const isDoubtful = known?.isStored === true && known.base.etag === undefined;
    const content = bytesOf(base);
    const named = this.first(base.etag, isDoubtful ? UNKNOWN : content);
    return named === content ? base : { ...base, etag: undefined };
  }

  /** What it named first: this, if it was never seen. */
  private first(etag: string, content: string): string {
    const tag = etag.replace(/^W\//, '');
    const named = this.contents.get(tag);
    if (named !== undefined) return named;
    this.contents.set(tag, content);
    const [oldest] = this.contents.keys();
    if (this.contents.size > MAX_TAGS && oldest !== undefined) this.contents.delete(oldest);
    return content;
  }
}

function bytesOf({ json }: BaseConfig): string {
  return contentOf({ json, etag: undefined });
}
