import { Frame } from './frame.js';

/** Of data. All the results of one flag, and those of some hundred kinds of users for all flags. */
const MAX_BYTES = 1_048_576;

/** Frames by their data, so that all who get the same share one. Forgets all when it is full. */
export class FrameCache {
  private readonly frames = new Map<string, Frame>();
  private bytes = 0;

  frame(json: string): Frame {
    let frame = this.frames.get(json);
    if (frame === undefined) {
      frame = new Frame(json);
      this.keep(json, frame);
    }
    return frame;
  }

  private keep(json: string, frame: Frame): void {
    this.bytes += frame.chunk.length;
    if (this.bytes > MAX_BYTES) {
      this.frames.clear();
      this.bytes = frame.chunk.length;
    }
    this.frames.set(json, frame);
  }
}
