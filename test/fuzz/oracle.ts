import { LoggerWrapper, LogLevel } from '@configcat/sdk/lib/esm/ConfigCatLogger.js';
import type { SettingMap } from '@configcat/sdk/lib/esm/ProjectConfig.js';
import { deserializeConfig } from '@configcat/sdk/lib/esm/ProjectConfig.js';
import {
  EvaluateContext,
  EvaluationErrorCode,
  getEvaluationErrorCode,
  RolloutEvaluator,
} from '@configcat/sdk/lib/esm/RolloutEvaluator.js';
import type { IUser } from '@configcat/sdk/lib/esm/User.js';
import type { FlagValue } from '../../src/evaluation/evaluation.js';
import type { User } from '../../src/evaluation/user.js';

/** What an evaluation came to: what is compared between the SDK and us. */
export interface Outcome {
  readonly value?: FlagValue;
  readonly variationId?: string | null;
  readonly ruleIndex?: number | undefined;
  readonly optionIndex?: number | undefined;
  /** `invalid model`, or anything else that was thrown, by its text. */
  readonly error?: string;
}

/** The official SDK's evaluator over one config, without client, cache and hooks. */
export class Oracle {
  private readonly settings: SettingMap;
  private readonly silent = new RolloutEvaluator(new LoggerWrapper({ level: LogLevel.Off, log }));

  /** Throws what the SDK throws when it refuses the config. */
  constructor(text: string) {
    this.settings = deserializeConfig(text).f ?? {};
  }

  evaluate(key: string, user: User | undefined): Outcome {
    return this.outcomeOf(key, (context) => this.silent.evaluate(null, context), user);
  }

  /** The evaluation log (event 5000) and the outcome with logging on, which is not always equal. */
  explain(key: string, user: User | undefined): { log: string; outcome: Outcome } {
    let text = '';
    const logger = new LoggerWrapper({
      level: LogLevel.Info,
      log: (_level, id, message) => {
        if (id === 5000) text = String(message);
      },
    });
    const evaluator = new RolloutEvaluator(logger);
    const outcome = this.outcomeOf(key, (context) => evaluator.evaluate(null, context), user);
    return { log: text, outcome };
  }

  private outcomeOf(
    key: string,
    evaluate: (context: EvaluateContext) => ReturnType<RolloutEvaluator['evaluate']>,
    user: User | undefined,
  ): Outcome {
    const setting = this.settings[key];
    if (!setting) throw new Error(`The config has no flag '${key}'.`);
    try {
      const context = new EvaluateContext(key, setting, sdkUser(user), this.settings);
      const { returnValue, selectedValue, ...matched } = evaluate(context);
      const rule = matched.matchedTargetingRule;
      const option = matched.matchedPercentageOption;
      const options = rule ? rule.p : setting.p;
      return {
        value: returnValue,
        variationId: selectedValue.i ?? null,
        ruleIndex: rule && setting.r?.indexOf(rule),
        optionIndex: option && options?.indexOf(option),
      };
    } catch (error) {
      return {
        error:
          getEvaluationErrorCode(error) === EvaluationErrorCode.InvalidConfigModel
            ? 'invalid model'
            : String(error),
      };
    }
  }
}

function log(): void {
  // The evaluator wants a logger, and asks for its level alone.
}

/** Our flat user as the SDK has it. The types of its users are narrower than what it takes. */
function sdkUser(user: User | undefined): IUser | undefined {
  if (user === undefined) return undefined;
  const { Identifier, Email, Country, ...custom } = user;
  return Object.assign(Object.create(null), {
    identifier: Identifier,
    email: Email,
    country: Country,
    custom,
  });
}
