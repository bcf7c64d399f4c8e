/** An AF_NETLINK socket for NETLINK_ROUTE (rtnetlink(7)): opening it, sending and receiving datagrams. */
import koffi from 'koffi';
import { constants } from 'node:os';
import { check, SystemCallError } from '../../linux/libc';
import { HostError } from './errors';
import { readU16, writeU16, writeU32 } from '../../linux/netlink/host-order';
import * as system from './system-calls';
import {
  AF_NETLINK,
  MSG_DONTWAIT,
  MSG_TRUNC,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_ROUTE,
  POLLIN,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_NETLINK,
} from '../../linux/uapi';

const { EAGAIN, EINTR } = constants.errno;

/** Twice what the kernel puts into one datagram of a dump. */
const bufferLength = 64 << 10;

/** struct sockaddr_nl, in no multicast group; the kernel picks the port. */
function socketAddress(): Uint8Array {
  const bytes = new Uint8Array(12);
  writeU16(bytes, 0, AF_NETLINK);
  return bytes;
}

/** struct pollfd. */
function pollDescriptor(fd: number): Uint8Array {
  const bytes = new Uint8Array(8);
  writeU32(bytes, 0, fd);
  writeU16(bytes, 4, POLLIN);
  return bytes;
}

export class NetlinkSocket {
  readonly fd: number;
  readonly #buffer = Buffer.alloc(bufferLength);

  /** Throws HostError. */
  constructor() {
    const fd = system.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (fd < 0) throw this.#failed('socket');
    this.fd = fd;
    const address = socketAddress();
    if (system.bind(fd, address, address.length) < 0) {
      const error = this.#failed('bind');
      this.close();
      throw error;
    }
    this.#setOption(NETLINK_EXT_ACK);
    this.#setOption(NETLINK_CAP_ACK);
  }

  /** Throws HostError. */
  send(datagram: Uint8Array): void {
    if (system.send(this.fd, datagram, datagram.length, 0) < 0) throw this.#failed('send');
  }

  /**
   * The next datagram, in memory that the next call uses again; null if there is none within `timeout` milliseconds.
   * Throws HostError, ENOBUFS if the kernel had to drop some.
   */
  receive(timeout: number): Uint8Array | null {
    for (;;) {
      const length = system.recv(this.fd, this.#buffer, bufferLength, MSG_DONTWAIT | MSG_TRUNC);
      if (length > bufferLength) throw new HostError('EMSGSIZE', `netlink: datagram of ${length} bytes`);
      if (length >= 0) return this.#buffer.subarray(0, length);
      const errno = koffi.errno();
      if (errno === EINTR) continue;
      if (errno !== EAGAIN) throw this.#failed('recv', errno);
      if (!this.#wait(timeout)) return null;
    }
  }

  close(): void {
    check('close', system.close(this.fd));
  }

  #wait(timeout: number): boolean {
    if (timeout <= 0) return false;
    const descriptor = pollDescriptor(this.fd);
    const ready = system.poll(descriptor, 1, timeout);
    if (ready < 0) return koffi.errno() === EINTR;
    return ready > 0 && readU16(descriptor, 6) !== 0;
  }

  /** Kernels before 4.12 know neither option, and answer as well without. */
  #setOption(option: number): void {
    const on = new Uint8Array(4);
    writeU32(on, 0, 1);
    system.setsockopt(this.fd, SOL_NETLINK, option, on, on.length);
  }

  #failed(call: string, errno = koffi.errno()): HostError {
    const { code } = new SystemCallError(call, errno);
    return new HostError(code, `netlink: ${call}: ${code}`);
  }
}
