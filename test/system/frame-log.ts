/** Frames in a file, in the order in which they were seen, each with a letter that says where. */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

const headerLength = 5;
const chunkLength = 4 << 20;

export class FrameLog {
  readonly #fd: number;
  readonly #chunk = Buffer.alloc(chunkLength);
  #used = 0;

  constructor(path: string) {
    this.#fd = openSync(path, 'w');
  }

  add(place: string, bytes: Uint8Array): void {
    if (this.#used + headerLength + bytes.length > chunkLength) this.#flush();
    this.#chunk.write(place, this.#used, 1, 'ascii');
    this.#chunk.writeUInt32BE(bytes.length, this.#used + 1);
    this.#chunk.set(bytes, this.#used + headerLength);
    this.#used += headerLength + bytes.length;
  }

  close(): void {
    this.#flush();
    closeSync(this.#fd);
  }

  #flush(): void {
    writeSync(this.#fd, this.#chunk, 0, this.#used);
    this.#used = 0;
  }
}

/** The frames of a file that were seen at `place`. */
export function loggedFrames(path: string, place: string): Buffer[] {
  const file = readFileSync(path);
  const found: Buffer[] = [];
  for (let at = 0; at < file.length;) {
    const length = file.readUInt32BE(at + 1);
    const end = at + headerLength + length;
    if (file.toString('ascii', at, at + 1) === place) found.push(file.subarray(at + headerLength, end));
    at = end;
  }
  return found;
}
