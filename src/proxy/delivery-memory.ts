/** Deliveries that were accepted, for as long as their signature is good: nobody can send them again. */
export class DeliveryMemory {
  /** Until when, in seconds; those accepted first stand first. */
  private readonly ends = new Map<string, number>();

  get size(): number {
    return this.ends.size;
  }

  /**
   * Remembers it by all its names: its id, and its signature. Only what was signed comes here, so
   * nobody can fill it.
   * @param end and now are in seconds
   * @returns whether it is new: none of the names was known
   */
  accept(names: readonly string[], end: number, now: number): boolean {
    this.forget(now);
    const isNew = !names.some((name) => this.ends.has(name));
    if (isNew) names.forEach((name) => this.ends.set(name, end));
    return isNew;
  }

  private forget(now: number): void {
    for (const [id, end] of this.ends) {
      if (end < now) this.ends.delete(id);
    }
  }
}
