/** Bytes of something of which there must not be ever more. */
export class ByteBound {
  private bytes = 0;

  constructor(private readonly limit: number) {}

  /** How many there are. */
  get taken(): number {
    return this.bytes;
  }

  /** Whether so many more may be added. */
  hasRoomFor(bytes: number): boolean {
    return this.bytes + bytes <= this.limit;
  }

  /** `bytes`: negative when they are gone. */
  add(bytes: number): void {
    this.bytes += bytes;
  }
}
