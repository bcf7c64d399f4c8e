/** Lines out of a stream of bytes, of bounded length. */
import { ProtocolError } from './fields';

const newline = 0x0a;

export class LineReader {
  readonly #longest: number;
  #parts: Buffer[] = [];
  #length = 0;

  /** Lines may be `longest` bytes, their end not counted. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that `chunk` completes, without their ends. Throws ProtocolError `too-long`. */
  push(chunk: Buffer): string[] {
    const lines: string[] = [];
    let from = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, from)) {
      this.#keep(chunk.subarray(from, end));
      lines.push(Buffer.concat(this.#parts, this.#length).toString());
      this.#parts = [];
      this.#length = 0;
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > this.#longest)
      throw new ProtocolError('too-long', `message longer than ${this.#longest} bytes`);
    if (part.length > 0) this.#parts.push(part);
  }
}
