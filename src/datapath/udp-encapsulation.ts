/** Everything of the packet loop that concerns UDP: ports, and one receiver and one transmitter for all of them. */
import { Batch } from './batch';
import type { Counters } from './counters';
import type { Readiness } from './readiness';
import type { Session } from './session';
import type { SessionTable } from './session-table';
import { Transmitter } from './transmitter';
import { UdpOutlet } from './udp-outlet';
import { UdpPorts, type UdpPort } from './udp-ports';
import { UdpReceiver } from './udp-receiver';

export interface UdpSurroundings {
  readonly readiness: Readiness;
  readonly sessions: SessionTable<Session>;
  /** Counts what belongs to no session. */
  readonly strays: Counters;
  /** Told of a session whose TAP device has been deleted. */
  readonly gone: (session: Session) => void;
  /** Something worth a log line. */
  readonly warning: (message: string) => void;
}

interface Directions {
  readonly receiver: UdpReceiver;
  readonly transmitter: Transmitter;
}

export class UdpEncapsulation {
  readonly #surroundings: UdpSurroundings;
  readonly #ports: UdpPorts;
  /** Their memory is taken at the first need. */
  #directions: Directions | null = null;

  constructor(surroundings: UdpSurroundings) {
    this.#surroundings = surroundings;
    this.#ports = new UdpPorts(surroundings.readiness, surroundings.warning);
  }

  /** The port of a session's tunnel, to be given back with release(); null if its messages travel in IP. */
  acquire({ tunnel, family }: Session): UdpPort | null {
    if (tunnel?.udp === undefined) return null;
    this.#directions ??= this.#open();
    return this.#ports.acquire(family, tunnel.udp.local);
  }

  release(port: UdpPort): void {
    this.#ports.release(port);
  }

  /** undefined while the port cannot be had. */
  transmitterOf({ socket }: UdpPort): Transmitter | undefined {
    return socket === null ? undefined : this.#directions?.transmitter;
  }

  /** Sends all that has been collected. */
  flush(): void {
    this.#directions?.transmitter.flush();
  }

  /** Delivers a batch of the port whose descriptor this is, if it is one. */
  receive(fd: number): void {
    const port = this.#ports.of(fd);
    if (port !== undefined) this.#directions?.receiver.receive(port);
  }

  /** How long the loop may sleep, in milliseconds; -1 for ever. */
  get patience(): number {
    return this.#ports.patience;
  }

  /** Tries the ports again that could not be had, if it is time. */
  retry(): void {
    this.#ports.retry();
  }

  close(): void {
    this.#ports.close();
  }

  #open(): Directions {
    const { sessions, strays, gone } = this.#surroundings;
    const batch = new Batch();
    return {
      receiver: new UdpReceiver(sessions, strays, gone),
      transmitter: new Transmitter(batch, new UdpOutlet(batch)),
    };
  }
}
