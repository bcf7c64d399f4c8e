/** To the wire by a raw socket. */
import type { Batch, Outlet } from './batch';

export class RawOutlet implements Outlet {
  readonly #batch: Batch;
  readonly #socket: number;

  constructor(batch: Batch, socket: number) {
    this.#batch = batch;
    this.#socket = socket;
  }

  send(): void {
    this.#batch.sender.send(this.#socket, 0, this.#batch.count);
    this.#batch.clear();
  }
}
