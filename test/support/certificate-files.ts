import { mkdtempSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { afterAll } from 'vitest';

/** A self-signed certificate and its key in two files. */
export class CertificateFiles {
  readonly #directory = mkdtempSync(join(tmpdir(), 'audience-sync-tls-'));
  /** What `tls.certificates[]` holds. */
  readonly cert = join(this.#directory, 'cert.pem');
  readonly key = join(this.#directory, 'key.pem');
  /** The certificate (PEM) that was written last: what a client trusts. */
  pem = '';

  /** Registers the hook that removes the files. */
  constructor() {
    afterAll(() => rm(this.#directory, { recursive: true, force: true }));
  }

  /** Makes a new pair for these names, each file replaced in one step. */
  async renew(...names: readonly string[]): Promise<void> {
    const [commonName = 'localhost'] = names;
    const { cert, private: key } = await generate([{ name: 'commonName', value: commonName }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [
        {
          name: 'subjectAltName',
          altNames: [
            ...names.map((value) => ({ type: 2 as const, value })),
            { type: 7, ip: '127.0.0.1' },
          ],
        },
      ],
    });
    await this.replaceKey(key);
    await this.#replace(this.cert, cert);
    this.pem = cert;
  }

  /** Another key, or what is none. */
  async replaceKey(key: string): Promise<void> {
    await this.#replace(this.key, key);
  }

  async #replace(file: string, content: string): Promise<void> {
    await writeFile(`${file}.new`, content);
    await rename(`${file}.new`, file);
  }
}
