import { Binder } from './bind.js';
import { deepFreeze } from './deep-freeze.js';
import { deriveDefaults } from './derived-defaults.js';
import { EnvironmentOverlay } from './environment.js';
import { ensureCredentials, type FirstStartCredentials } from './first-start-credentials.js';
import { findOptionsFile, readOptionsFile } from './options-file.js';
import { OptionsError } from './options.error.js';
import { Options } from './options.js';
import { Problems } from './problems.js';
import { References } from './references.js';
import { refuseVariables } from './refused-options.js';
import { checkRules } from './rules/rules.js';
import { suspiciousVariables } from './suspicious-variables.js';

/** Where options come from: the process's own, or a test's. */
export interface OptionsInput {
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

/** The options of this process. */
export interface LoadedOptions {
  /** Complete, and frozen all the way down. */
  readonly options: Options;
  /** Absolute; undefined when there is none and the defaults of a first start hold. */
  readonly optionsFile: string | undefined;
  /** Where the token of the destination `engage` lies; only without an options file. */
  readonly tokenFile: string | undefined;
  /** Where the admin token lies; only without an options file. */
  readonly adminTokenFile: string | undefined;
  /** What is likely not meant, though nothing is wrong with it. */
  readonly warnings: readonly string[];
}

type Built = Pick<LoadedOptions, 'options' | 'warnings'>;

/**
 * Finds, reads, checks and completes the options (`contracts/options.md`). Without an options file
 * it also makes the two tokens in `data_dir`, once all else is right. Blocks on files; repeatable.
 *
 * @throws OptionsError with all problems at once
 */
export function loadOptions(input: OptionsInput): LoadedOptions {
  const problems = new Problems();
  const optionsFile = findOptionsFile(input, problems);
  const tree = optionsFile === undefined ? {} : readOptionsFile(optionsFile, problems);
  // Without its file nothing else can be judged: each option would seem to be missing.
  throwIfAny(problems, optionsFile);

  if (optionsFile !== undefined) {
    return {
      ...build(tree, input, optionsFile),
      optionsFile,
      tokenFile: undefined,
      adminTokenFile: undefined,
    };
  }
  // Once with stand-ins, so that no token is made for options that are refused.
  const draft = build(firstStartTree(input, { token: '-', adminToken: '-' }), input, undefined);
  const credentials = makeCredentials(draft.options.dataDir);
  return {
    ...build(firstStartTree(input, credentials), input, undefined),
    optionsFile: undefined,
    tokenFile: credentials.tokenFile,
    adminTokenFile: credentials.adminTokenFile,
  };
}

function build(tree: unknown, { env, cwd }: OptionsInput, optionsFile: string | undefined): Built {
  const problems = new Problems();
  const overlaid = new EnvironmentOverlay(env, problems).apply(Options, tree);
  const resolved = new References(env, problems).resolve(overlaid.tree);
  const options = new Binder(problems).bind(Options, resolved);
  const sdkIds = [...options.sdks.keys()];
  refuseVariables(env, { known: overlaid.known, sdkIds, problems });
  deriveDefaults(options, {
    cwd,
    optionsFile,
    dataDirIsVariable: Boolean(env['AUDIENCE_SYNC_DATA_DIR']),
  });
  checkRules(options, problems);
  throwIfAny(problems, optionsFile);
  return { options: deepFreeze(options), warnings: suspiciousVariables(env, overlaid) };
}

/** The last paragraph of `contracts/options.md`. SDKs of the environment make `default` needless. */
function firstStartTree(
  { env }: OptionsInput,
  { token, adminToken }: Pick<FirstStartCredentials, 'token' | 'adminToken'>,
): unknown {
  return {
    ...(env['CONFIGCAT_SDKS'] ? {} : { sdks: { default: {} } }),
    engage: { destinations: { engage: { token } } },
    admin: { tokens: [{ name: 'first-start', token: adminToken, role: 'admin' }] },
  };
}

function makeCredentials(dataDir: string): FirstStartCredentials {
  try {
    return ensureCredentials(dataDir);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `can't hold the tokens of the first start: ${reason}`;
    throw new OptionsError([{ path: 'data_dir', message }], undefined, { cause: error });
  }
}

function throwIfAny(problems: Problems, optionsFile: string | undefined): void {
  const found = problems.all();
  if (found.length > 0) throw new OptionsError(found, optionsFile);
}
