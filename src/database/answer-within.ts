/** Rejects when PostgreSQL does not answer in time: a connection that a network swallowed never would. */
export async function answerWithin<T>(answer: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error('connection terminated: it does not answer')),
      milliseconds,
    );
  });
  try {
    return await Promise.race([answer, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
