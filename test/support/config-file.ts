import { mkdtempSync } from 'node:fs';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { ConfigJson } from '../../src/evaluation/config-json.js';

/** A config JSON in a file, as an SDK id's offline source has it. */
export class ConfigFile {
  readonly path: string;
  readonly #directory: string;
  #copies = 0;

  /** Registers the hooks that write it before all tests, and remove it after; make it before a TestBed. */
  constructor(content: ConfigJson | string) {
    this.#directory = mkdtempSync(join(tmpdir(), 'audience-sync-config-'));
    this.path = join(this.#directory, 'config_v6.json');
    beforeAll(() => this.write(content));
    afterAll(() => rm(this.#directory, { recursive: true, force: true }));
  }

  /** What `sdks.<id>` needs to read it. */
  get offline(): object {
    return { enabled: true, local: { file_path: this.path } };
  }

  /** Over what is there, which a reader may see half done. */
  async write(content: ConfigJson | string): Promise<void> {
    await writeFile(this.path, textOf(content));
  }

  /** Whole, in one step. */
  async replace(content: ConfigJson | string): Promise<void> {
    await rename(await this.#copy(content), this.path);
  }

  /** By a symbolic link to another file, as Kubernetes updates a mounted ConfigMap. */
  async link(content: ConfigJson | string): Promise<void> {
    const link = join(this.#directory, `link-${(this.#copies += 1)}`);
    await symlink(await this.#copy(content), link);
    await rename(link, this.path);
  }

  async #copy(content: ConfigJson | string): Promise<string> {
    const path = join(this.#directory, `copy-${(this.#copies += 1)}`);
    await writeFile(path, textOf(content));
    return path;
  }
}

function textOf(content: ConfigJson | string): string {
  return typeof content === 'string' ? content : JSON.stringify(content);
}
