import { AudienceSyncError } from '../error.js';
import type { Answers, News } from './answers.js';

/** Shorter than a probe's patience. */
const ASK_TIMEOUT_MS = 2_000;

export class NoAnswerError extends AudienceSyncError {
  readonly code = 'no_answer';
}

/** One end of the pipe between the primary process and a worker. */
export interface Pipe {
  /** Must not throw where the other end is gone. */
  readonly send: (message: object) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
}

type Answer = () => unknown;

interface Question {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Questions and answers between two processes. Answers travel as JSON. */
export class Channel {
  private readonly answers = new Map<string, Answer>();
  private readonly questions = new Map<number, Question>();
  private lastId = 0;

  constructor(private readonly pipe: Pipe) {
    pipe.onMessage((message) => void this.take(message));
  }

  /** How questions of this kind are answered; what throws is an error for whoever asked. */
  answer<K extends keyof Answers>(kind: K, answer: () => Answers[K] | Promise<Answers[K]>): void {
    this.answers.set(kind, answer);
  }

  /** What happens when the other end tells this. */
  on(kind: News, answer: () => void): void {
    this.answers.set(kind, answer);
  }

  /** For what needs no answer. */
  tell(kind: News): void {
    this.pipe.send({ kind });
  }

  /** What the other end answers. Rejects with NoAnswerError when it does not in time, or can't. */
  async ask<K extends keyof Answers>(
    kind: K,
    timeout: number = ASK_TIMEOUT_MS,
  ): Promise<Answers[K]> {
    const answer = await this.question(kind, timeout);
    if (!isAnswer(kind, answer)) throw new NoAnswerError(`The other process has no "${kind}".`);
    return answer;
  }

  private question(kind: string, timeout: number): Promise<unknown> {
    this.lastId += 1;
    const id = this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.questions.delete(id);
        reject(new NoAnswerError(`The other process did not answer "${kind}" in time.`));
      }, timeout);
      const end = (): void => {
        clearTimeout(timer);
        this.questions.delete(id);
      };
      this.questions.set(id, {
        resolve: (answer) => {
          end();
          resolve(answer);
        },
        reject: (error) => {
          end();
          reject(new NoAnswerError(`The other process can't answer "${kind}": ${String(error)}`));
        },
      });
      this.pipe.send({ id, kind });
    });
  }

  private async take(message: unknown): Promise<void> {
    if (!isMessage(message)) return;
    const { id, kind, answer, error } = message;
    if (kind === undefined) {
      const question = id === undefined ? undefined : this.questions.get(id);
      if (error === undefined) question?.resolve(answer);
      else question?.reject(error);
      return;
    }
    try {
      const given = await this.answers.get(kind)?.();
      if (id !== undefined) this.pipe.send({ id, answer: given ?? null });
    } catch (failure) {
      if (id !== undefined) this.pipe.send({ id, error: String(failure) });
    }
  }
}

/** `kind`: a question or something told; without it an answer. */
interface Message {
  readonly id?: number;
  readonly kind?: string;
  readonly answer?: unknown;
  readonly error?: string;
}

/** The other process runs the same program, so an answer is what it says it is. */
function isAnswer<K extends keyof Answers>(_kind: K, answer: unknown): answer is Answers[K] {
  return answer !== null && answer !== undefined;
}

/** Libraries may use the pipe, too. */
function isMessage(message: unknown): message is Message {
  if (typeof message !== 'object' || message === null) return false;
  const [id, kind]: unknown[] = [Reflect.get(message, 'id'), Reflect.get(message, 'kind')];
  const isId = id === undefined || typeof id === 'number';
  return isId && (typeof kind === 'string' || (kind === undefined && id !== undefined));
}
