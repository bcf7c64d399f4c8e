/** A netlink socket (netlink(7)) for questions of one answer each, and for the notifications of its multicast groups. */
import { constants } from 'node:os';
import { check } from '../linux/libc';
import { writeU16, writeU32 } from '../linux/netlink/host-order';
import { decodeMessages, encodeMessage, failureOf, type Message } from '../linux/netlink/messages';
import { AF_NETLINK, NLM_F_ACK, NLM_F_REQUEST, NLMSG_ERROR, SOCK_RAW } from '../linux/uapi';
import { EAGAIN, EINTR, ENOBUFS } from './errors';
import { openSocket } from './socket';
import * as system from './system-calls';

/** More than one notification takes, and as much as the kernel puts into one datagram. */
const bufferLength = 32 << 10;

/** Linux's name of the error that a question was answered with. */
export type Refusal = string;

export class NetlinkQuery {
  readonly fd: number;
  readonly #buffer = new Uint8Array(bufferLength);
  #sequence = 0;
  /** Notifications that came between a question and its answer. */
  #early: Message[] = [];
  #overrun = false;

  /** `groups` is a mask of multicast groups. SystemCallError, such as EPROTONOSUPPORT where the host lacks the protocol. */
  constructor(protocol: number, groups: number) {
    // struct sockaddr_nl; the kernel picks the port.
    const name = new Uint8Array(12);
    writeU16(name, 0, AF_NETLINK);
    writeU32(name, 8, groups);
    this.fd = openSocket(AF_NETLINK, SOCK_RAW, protocol, (fd) => {
      check('bind', system.bind(fd, name, name.length));
      return fd;
    });
  }

  /** The answer's payload, empty if it only acknowledges; or Linux's name of the error. */
  ask(type: number, flags: number, payload: Uint8Array): Uint8Array | Refusal {
    this.#sequence = (this.#sequence + 1) >>> 0;
    const sequence = this.#sequence;
    const request = encodeMessage({ type, flags: flags | NLM_F_REQUEST | NLM_F_ACK, sequence, payload });
    check('send', system.send(this.fd, request, request.length, 0));
    let answer = new Uint8Array();
    // The kernel has answered when send() returns.
    for (let datagram = this.#receive(); datagram !== null; datagram = this.#receive()) {
      for (const message of datagram) {
        if (message.sequence !== sequence) this.#early.push(message);
        else if (message.type !== NLMSG_ERROR) answer = Uint8Array.from(message.payload);
        else return failureOf(message)?.code ?? answer;
      }
    }
    return 'ENOBUFS';
  }

  /** Everything that has been notified since the last call; null if some of it was lost. */
  notifications(): readonly Message[] | null {
    const messages = this.#early;
    this.#early = [];
    for (let datagram = this.#receive(); datagram !== null; datagram = this.#receive())
      messages.push(...datagram);
    const overrun = this.#overrun;
    this.#overrun = false;
    return overrun ? null : messages;
  }

  close(): void {
    system.close(this.fd);
  }

  /** One datagram's messages; null if there is none. */
  #receive(): readonly Message[] | null {
    for (;;) {
      const length = system.recv(this.fd, this.#buffer, bufferLength, 0);
      if (length >= 0) return decodeMessages(this.#buffer.slice(0, length));
      const errno = system.errno();
      if (errno === EAGAIN) return null;
      if (errno === ENOBUFS) this.#overrun = true;
      else if (errno !== EINTR && errno !== constants.errno.EMSGSIZE) check('recv', length);
    }
  }
}
