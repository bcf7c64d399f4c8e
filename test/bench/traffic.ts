/** Counted frames from one host to another, by the generator and the sink of test/bench/c/packets.c. */
import { setTimeout } from 'node:timers/promises';
import type { Namespace } from '../system/lab';
import { LineProgram } from './children';
import type { Programs } from './programs';

export interface Outcome {
  readonly sent: number;
  readonly received: number;
  /** Frames that came after a later one. */
  readonly reordered: number;
  /** Part of the sent frames. */
  readonly loss: number;
  /** Received frames a second of sending, also those that came after it. */
  readonly rate: number;
  /** Frames that had come when the last was sent, a second of sending. */
  readonly inTime: number;
}

/** Milliseconds between two looks at the sink's counter; the last frames have come when it stands still. */
const settling = 20;

export interface Route {
  readonly from: Namespace;
  /** Devices that take turns frame by frame. */
  readonly devices: readonly string[];
  readonly to: Namespace;
  /** Destination MAC address. */
  readonly mac: string;
}

export class Traffic {
  readonly #sender: LineProgram;
  readonly #sink: LineProgram;
  #run = 0;

  private constructor(sender: LineProgram, sink: LineProgram) {
    this.#sender = sender;
    this.#sink = sink;
  }

  static async open(programs: Programs, { from, devices, to, mac }: Route): Promise<Traffic> {
    const packets = programs.path('packets');
    const sink = await new LineProgram(to, [packets, 'count']).ready();
    return new Traffic(new LineProgram(from, [packets, 'send', devices.join(','), mac]), sink);
  }

  /** Sends frames of `length` bytes, FCS not counted, at `rate` a second, 0 for as fast as it goes. */
  async send(length: number, rate: number, milliseconds: number): Promise<Outcome> {
    this.#run += 1;
    const sent = Number(await this.#sender.ask(`${this.#run} ${length} ${rate} ${milliseconds}`));
    const inTime = await this.#count();
    let counted = inTime;
    for (;;) {
      await setTimeout(settling);
      const next = await this.#count();
      if (next.received === counted.received) break;
      counted = next;
    }
    const { received, reordered } = counted;
    const perSecond = (count: number): number => (count / milliseconds) * 1000;
    return {
      sent,
      received,
      reordered,
      loss: 1 - received / sent,
      rate: perSecond(received),
      inTime: perSecond(inTime.received),
    };
  }

  /** Frames a second of the run that goes on, over so many milliseconds. */
  async arrivals(milliseconds: number): Promise<number> {
    const begin = { time: performance.now(), ...(await this.#count()) };
    await setTimeout(milliseconds);
    const { received } = await this.#count();
    return ((received - begin.received) / (performance.now() - begin.time)) * 1000;
  }

  async #count(): Promise<{ received: number; reordered: number }> {
    const [received = NaN, reordered = NaN] = (await this.#sink.ask(String(this.#run)))
      .split(' ')
      .map(Number);
    return { received, reordered };
  }

  async close(): Promise<void> {
    await this.#sender.end();
    await this.#sink.end();
  }
}

/** The MAC address of a host's device. */
export const macOf = (host: Namespace, device: string): string =>
  host.must(['cat', `/sys/class/net/${device}/address`]).trim();

/** From X to Y through the tunnel. */
export const throughTunnel = (x: Namespace, y: Namespace): Route => ({
  from: x,
  devices: ['wm0'],
  to: y,
  mac: macOf(y, 'wm0'),
});
