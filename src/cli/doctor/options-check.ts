import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { findOptionsFile } from '../../options/options-file.js';
import { loadOptions } from '../../options/load-options.js';
import { OptionsError } from '../../options/options.error.js';
import type { Options } from '../../options/options.js';
import { Problems } from '../../options/problems.js';
import { counted } from '../output/counted.js';
import type { Surroundings } from '../surroundings.js';
import { fail, ok, warn, type Finding } from './finding.js';

export interface CheckedOptions {
  readonly findings: readonly Finding[];
  /** Undefined where they can't be used. */
  readonly options: Options | undefined;
  /** Where the service keeps what it makes; also where the options can't be used. */
  readonly dataDir: string;
}

const ABOUT = 'options';

/** Loads the options as the service does, with the same file and environment, and makes nothing. */
export async function checkOptions(
  file: string | undefined,
  { env, cwd }: Pick<Surroundings, 'env' | 'cwd'>,
): Promise<CheckedOptions> {
  const argv = file === undefined ? [] : ['-c', file];
  const found = findOptionsFile({ argv, cwd }, new Problems());
  const dataDir = resolve(cwd, env['AUDIENCE_SYNC_DATA_DIR'] || '.data');
  const isFirstStart = found === undefined && file === undefined;
  const load = (dir?: string): CheckedOptions => {
    try {
      const overlay = dir === undefined ? env : { ...env, AUDIENCE_SYNC_DATA_DIR: dir };
      const { options } = loadOptions({ argv, env: overlay, cwd });
      const from = found ?? `defaults of a first start in ${dataDir}`;
      return {
        findings: [
          ok(
            ABOUT,
            `${from}: ${counted(options.sdks.size, 'SDK id')}, ${counted(options.engage.destinations.size, 'destination')}`,
          ),
        ],
        options,
        dataDir: dir === undefined ? options.dataDir : dataDir,
      };
    } catch (error) {
      if (!(error instanceof OptionsError)) throw error;
      const findings = error.problems.map(({ path, message }) =>
        fail(
          ABOUT,
          `${path}: ${message}`,
          'mend it: the service does not start so (docs/options.md)',
        ),
      );
      return { findings, options: undefined, dataDir };
    }
  };
  if (!isFirstStart || existsSync(join(dataDir, 'admin-token'))) return load();

  // A start without a file makes tokens: here they are made where nobody keeps them.
  const stand = await mkdtemp(join(tmpdir(), 'audience-sync-doctor-'));
  try {
    const checked = load(stand);
    if (checked.options === undefined) return checked;
    const nowhere = warn(
      ABOUT,
      `no options file, and no first start in ${dataDir} yet: the defaults are taken`,
      'run this where the service runs, or name its file with -c',
    );
    return { ...checked, findings: [nowhere] };
  } finally {
    await rm(stand, { recursive: true, force: true });
  }
}
