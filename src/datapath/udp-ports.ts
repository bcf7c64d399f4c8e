/** The UDP sockets of the packet loop: one for each family and local port, shared by all sessions that name it. */
import { SystemCallError } from '../linux/libc';
import type { Readiness } from './readiness';
import { AF_INET } from './socket-address';
import * as system from './system-calls';
import { openUdpSocket, type UdpSocket } from './udp-socket';

/** How often a port that another process has is tried again, in milliseconds. */
const retryInterval = 1000;

/** One family's local port, whether or not it can be had. */
export interface UdpPort {
  readonly family: number;
  /** Host byte order; 0 for one that the host chooses, the same for all sessions. */
  readonly number: number;
  /** null while the port cannot be had. */
  socket: UdpSocket | null;
  /** Sessions that hold it. */
  holders: number;
}

/** What is told of a port. */
export type PortWarning = (message: string) => void;

export class UdpPorts {
  readonly #readiness: Readiness;
  readonly #warning: PortWarning;
  readonly #ports: UdpPort[] = [];
  /** By descriptor. */
  readonly #bySocket: (UdpPort | undefined)[] = [];
  #missing = 0;
  #lastTry = 0;
  #toldOffloads = false;

  constructor(readiness: Readiness, warning: PortWarning) {
    this.#readiness = readiness;
    this.#warning = warning;
  }

  /** The port for one more session. If another process has it, that is told once, and the port is tried again. */
  acquire(family: number, number: number): UdpPort {
    let port = this.#ports.find((one) => one.family === family && one.number === number);
    if (port === undefined) {
      port = { family, number, socket: null, holders: 0 };
      this.#ports.push(port);
      const errno = this.#open(port);
      if (errno !== null) {
        this.#missing += 1;
        this.#lastTry = Date.now();
        const reason = errno === 'EADDRINUSE' ? 'is in use by another process' : `cannot be had, ${errno}`;
        this.#warning(`${nameOf(port)} ${reason}: nothing passes through it; it is tried again every second`);
      }
    }
    port.holders += 1;
    return port;
  }

  /** A session holds it no longer; the last one closes it. */
  release(port: UdpPort): void {
    port.holders -= 1;
    if (port.holders > 0) return;
    this.#ports.splice(this.#ports.indexOf(port), 1);
    if (port.socket === null) {
      this.#missing -= 1;
      return;
    }
    this.#bySocket[port.socket.fd] = undefined;
    this.#readiness.remove(port.socket.fd);
    system.close(port.socket.fd);
    port.socket = null;
  }

  /** The port that a descriptor is of. */
  of(fd: number): UdpPort | undefined {
    return this.#bySocket[fd];
  }

  /** How long the loop may sleep, in milliseconds: -1, for ever, unless a port has to be tried again. */
  get patience(): number {
    return this.#missing === 0 ? -1 : retryInterval;
  }

  /** Tries the ports that could not be had, if it is time. */
  retry(): void {
    if (this.#missing === 0) return;
    const now = Date.now();
    if (Math.abs(now - this.#lastTry) < retryInterval) return;
    this.#lastTry = now;
    for (const port of this.#ports) {
      if (port.socket !== null || this.#open(port) !== null) continue;
      this.#missing -= 1;
      this.#warning(`${nameOf(port)} is free now: frames pass`);
    }
  }

  close(): void {
    for (const { socket } of this.#ports) if (socket !== null) system.close(socket.fd);
  }

  /** null, or the error's name. */
  #open(port: UdpPort): string | null {
    try {
      const socket = openUdpSocket(port.family, port.number);
      port.socket = socket;
      this.#bySocket[socket.fd] = port;
      this.#readiness.add(socket.fd);
      this.#tellOffloads(socket);
      return null;
    } catch (error) {
      if (error instanceof SystemCallError) return error.code;
      throw error;
    }
  }

  #tellOffloads({ segmentation, coalescing }: UdpSocket): void {
    if (this.#toldOffloads) return;
    this.#toldOffloads = true;
    if (!segmentation) this.#warning('UDP datagrams are sent one by one: the kernel has no UDP_SEGMENT');
    if (!coalescing) this.#warning('UDP datagrams are received one by one: the kernel has no UDP_GRO');
  }
}

function nameOf({ family, number }: UdpPort): string {
  return `UDP port ${number === 0 ? "of the host's choice" : number} over ${family === AF_INET ? 'IPv4' : 'IPv6'}`;
}
