/** Deliveries that were accepted, for as long as their signature is good: nobody can send them again. */
export class DeliveryMemory {
  /** Until when, in seconds; those accepted first stand first. */
  private readonly ends = new Map<string, number>();

  get size(): number {
    return this.ends.size;
  }

  /**
   * Remembers it. Only what was signed comes here, so nobody can fill it.
   * @param end and now are in seconds
   * @returns whether it is new
   */
  accept(id: string, end: number, now: number): boolean {
    this.forget(now);
    if (this.ends.has(id)) return false;
    this.ends.set(id, end);
    return true;
  }

  private forget(now: number): void {
    for (const [id, end] of this.ends) {
      if (end < now) this.ends.delete(id);
    }
  }
}
