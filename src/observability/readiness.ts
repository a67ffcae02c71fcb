/** Whether this process may be sent requests. */
export class Readiness {
  private readonly checks = new Map<string, () => boolean>();
  private isStopping = false;

  /** Each room says what it must have loaded once. */
  require(name: string, check: () => boolean): void {
    this.checks.set(name, check);
  }

  /** For ever: the process ends. */
  drop(): void {
    this.isStopping = true;
  }

  get stopping(): boolean {
    return this.isStopping;
  }

  /** What is missing; empty: ready. */
  get missing(): readonly string[] {
    const missing = [...this.checks].filter(([, check]) => !check()).map(([name]) => name);
    return this.isStopping ? ['shutting down', ...missing] : missing;
  }
}
