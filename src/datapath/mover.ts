/** The packet loop: who is ready, in which order they are served, and how the configuration changes between rounds. */
import { Batch, type Outlet } from './batch';
import { dropCounters, type Counters } from './counters';
import type { Pseudowire, Transmission } from './datapath';
import { SystemCallError } from '../linux/libc';
import { NextHops } from './next-hops';
import { enableOffload } from './offload';
import { PacketOutlet } from './packet-outlet';
import { openPacketSocket } from './packet-socket';
import { keepPeer } from './peer';
import { RawOutlet } from './raw-outlet';
import { isFamilyMissing, openRawSocket } from './raw-socket';
import { Readiness } from './readiness';
import { Receiver } from './receiver';
import { session, type Session } from './session';
import { SessionTable } from './session-table';
import { AF_INET, AF_INET6 } from './socket-address';
import * as system from './system-calls';
import { Discarder, makeNonBlocking } from './tap';
import { Transmitter } from './transmitter';
import { UdpEncapsulation } from './udp-encapsulation';

/** Packets that one TAP device may send in one round, so that none starves the others; a super-frame begun is sent whole. */
const turn = 64;

/** One address family's raw socket and its two directions. */
interface Wire {
  readonly socket: number;
  readonly receiver: Receiver;
  readonly transmitter: Transmitter;
}

/** What the loop tells its owner. */
export interface MoverEvents {
  /** The wake descriptor is readable; false ends the loop. */
  woken(): boolean;
  gone(id: number): void;
  /** `id` is the pseudowire it concerns, null if it is none alone. */
  warning(message: string, id: number | null): void;
}

export class Mover {
  readonly #wake: number;
  readonly #strays: Counters;
  readonly #events: MoverEvents;
  readonly #readiness = new Readiness();
  readonly #discarder = new Discarder();
  readonly #sessions = new SessionTable<Session>();
  readonly #byId = new Map<number, Session>();
  /** By descriptor. */
  readonly #byTap: (Session | undefined)[] = [];
  readonly #udp: UdpEncapsulation;
  /** null where all goes by the raw sockets. */
  readonly #nextHops: NextHops | null;
  #packetSocket: number | null = null;
  #ipv4: Wire | null = null;
  #ipv6: Wire | null = null;

  constructor(wake: number, strays: Counters, transmission: Transmission, events: MoverEvents) {
    this.#wake = wake;
    this.#strays = strays;
    this.#events = events;
    this.#udp = new UdpEncapsulation({
      readiness: this.#readiness,
      sessions: this.#sessions,
      strays,
      gone: (session) => this.#lost(session),
      warning: (message) => events.warning(message, null),
    });
    this.#readiness.add(wake);
    this.#nextHops = transmission === 'packet' ? new NextHops(this.#readiness) : null;
  }

  /** Adds or replaces a pseudowire. SystemCallError if the host refuses the sockets or the descriptor. */
  set(pseudowire: Pseudowire, counters: Counters): void {
    this.#openWires();
    const next = session(pseudowire, counters);
    const old = this.#byId.get(next.id);
    if (old?.tap === next.tap) {
      next.gone = old.gone;
      next.offload = old.offload;
    } else {
      makeNonBlocking(next.tap);
      this.#readiness.add(next.tap);
      if (next.vnetHeader !== 0) this.#offload(next);
    }
    next.port = this.#udp.acquire(next);
    next.nextHop = this.#nextHops?.acquire(next) ?? null;
    if (old !== undefined) {
      keepPeer(old, next);
      this.#forget(old, next.tap);
    }
    this.#byId.set(next.id, next);
    this.#byTap[next.tap] = next;
    if (next.localSession !== 0) this.#sessions.set(next.localSession, next);
    if (next.family === AF_INET6 && this.#ipv6 === null) {
      this.#events.warning('the host has no IPv6: nothing will pass', next.id);
    }
  }

  remove(id: number): void {
    const old = this.#byId.get(id);
    if (old === undefined) return;
    this.#forget(old, -1);
    this.#byId.delete(id);
  }

  /** Moves frames until `woken` says false. */
  run(): void {
    for (;;) {
      const count = this.#readiness.wait(this.#udp.patience);
      this.#udp.retry();
      let woken = false;
      for (let place = 0; place < count; place += 1) {
        const fd = this.#readiness.fd(place);
        if (fd === this.#wake) woken = true;
        else this.#transmit(fd, this.#readiness.broken(place));
      }
      this.#ipv4?.transmitter.flush();
      this.#ipv6?.transmitter.flush();
      this.#udp.flush();
      for (let place = 0; place < count; place += 1) {
        const fd = this.#readiness.fd(place);
        if (fd === this.#ipv4?.socket) this.#ipv4.receiver.receive();
        else if (fd === this.#ipv6?.socket) this.#ipv6.receiver.receive();
        else {
          this.#udp.receive(fd);
          this.#nextHops?.refresh(fd);
        }
      }
      // Only now: no descriptor of this round may change its meaning before it has been served.
      if (woken && !this.#events.woken()) return;
    }
  }

  close(): void {
    if (this.#ipv4 !== null) system.close(this.#ipv4.socket);
    if (this.#ipv6 !== null) system.close(this.#ipv6.socket);
    if (this.#packetSocket !== null) system.close(this.#packetSocket);
    this.#udp.close();
    this.#nextHops?.close();
    this.#readiness.close();
  }

  #transmit(fd: number, broken: boolean): void {
    const from = this.#byTap[fd];
    if (from === undefined) return;
    const transmitter = this.#transmitterOf(from);
    const alive =
      from.envelope === null || transmitter === undefined
        ? this.#discarder.discard(from, refusalOf(from), turn)
        : transmitter.collect(from, from.envelope, turn);
    if (!alive || broken) this.#lost(from);
  }

  #transmitterOf(from: Session): Transmitter | undefined {
    if (from.port !== null) return this.#udp.transmitterOf(from.port);
    return (from.family === AF_INET ? this.#ipv4 : this.#ipv6)?.transmitter;
  }

  #offload(next: Session): void {
    const errno = enableOffload(next.tap);
    next.offload = errno === 0;
    if (next.offload) return;
    const { code } = new SystemCallError('TUNSETOFFLOAD', errno);
    this.#events.warning(`no segmentation offload: the device refuses it, ${code}`, next.id);
  }

  /** The device of a session has been deleted: its descriptor would be "ready" for ever. */
  #lost(lost: Session): void {
    if (lost.gone) return;
    lost.gone = true;
    this.#readiness.remove(lost.tap);
    this.#events.gone(lost.id);
  }

  /** Takes a session out of the tables; `tap` is the descriptor that its successor keeps. */
  #forget(old: Session, tap: number): void {
    if (this.#sessions.get(old.localSession) === old) this.#sessions.delete(old.localSession);
    if (old.port !== null) this.#udp.release(old.port);
    if (old.nextHop !== null) this.#nextHops?.release(old.nextHop);
    if (old.tap === tap) return;
    this.#byTap[old.tap] = undefined;
    if (!old.gone) this.#readiness.remove(old.tap);
  }

  /** Opened at the first need and kept: without a socket for protocol 115 the kernel would answer peers with ICMP errors. */
  #openWires(): void {
    if (this.#nextHops !== null) this.#packetSocket ??= openPacketSocket();
    this.#ipv4 ??= this.#openWire(AF_INET);
    try {
      this.#ipv6 ??= this.#openWire(AF_INET6);
    } catch (error) {
      if (!isFamilyMissing(error)) throw error;
    }
  }

  #openWire(family: number): Wire {
    const socket = openRawSocket(family);
    this.#readiness.add(socket);
    const receiver = new Receiver(socket, family, this.#sessions, this.#strays, (lost) => this.#lost(lost));
    const batch = new Batch();
    return { socket, receiver, transmitter: new Transmitter(batch, this.#outlet(family, batch, socket)) };
  }

  #outlet(family: number, batch: Batch, socket: number): Outlet {
    if (family !== AF_INET || this.#packetSocket === null) return new RawOutlet(batch, socket);
    return new PacketOutlet(batch, socket, this.#packetSocket);
  }
}

/** Drop counter of frames that are not sent. */
function refusalOf({ port, refusal }: Session): number {
  return port !== null && port.socket === null ? dropCounters['port-unavailable'] : refusal;
}
