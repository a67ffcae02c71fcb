/** Who has ever said something. */
export class Roll {
  private readonly indexes = new Set<number>();
  private readonly waiting: Array<() => void> = [];

  get size(): number {
    return this.indexes.size;
  }

  has(index: number): boolean {
    return this.indexes.has(index);
  }

  add(index: number): void {
    this.indexes.add(index);
    this.waiting.forEach((look) => look());
  }

  /** Resolves when so many have. */
  full(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(() => {
        if (this.indexes.size >= count) resolve();
      });
    });
  }
}
