/** To the wire by a raw socket. */
import type { Batch, Outlet } from './batch';
import { MessageSender } from './message-sender';

export class RawOutlet implements Outlet {
  readonly #batch: Batch;
  readonly #socket: number;
  readonly #sender: MessageSender;

  constructor(batch: Batch, socket: number) {
    this.#batch = batch;
    this.#socket = socket;
    this.#sender = new MessageSender(batch);
  }

  send(): void {
    this.#sender.send(this.#socket, 0, this.#batch.count);
    this.#batch.clear();
  }
}
