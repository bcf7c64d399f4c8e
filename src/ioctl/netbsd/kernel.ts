/** NetBSD's own kernel behind the seam, or a rump kernel's: one datagram socket per domain, opened when asked for. */
import { type Abi } from '../../../native-structs';
import { ctypes } from '../../../native-structs/ctypes';
import type { IfAddr, Kernel, Pointee, SocketDomain } from '../kernel';
import { listInterfaces } from './interface-ioctls';
import { readInterfaceList } from './interface-list';
import type { SystemCalls } from './system-calls';

const SOCK_DGRAM = 2;

export class NetbsdKernel implements Kernel {
  readonly abi: Abi;
  readonly #calls: SystemCalls;
  readonly #sockets = new Map<SocketDomain, number>();

  constructor(abi: Abi, calls: SystemCalls) {
    this.abi = abi;
    this.#calls = calls;
  }

  #socket(domain: SocketDomain): number {
    let descriptor = this.#sockets.get(domain);
    if (descriptor === undefined) {
      descriptor = this.#calls.socket(domain, SOCK_DGRAM, 0);
      this.#sockets.set(domain, descriptor);
    }
    return descriptor;
  }

  // async, so that a failing call is a rejection as the seam promises
  // eslint-disable-next-line @typescript-eslint/require-await
  async ioctl(
    domain: SocketDomain,
    request: number,
    argument: Buffer,
    pointees: readonly Pointee[] = [],
  ): Promise<void> {
    const { pointer } = ctypes(this.abi);
    for (const { at, memory } of pointees) pointer.set(argument, at, this.#calls.addressOf(memory));
    this.#calls.ioctl(this.#socket(domain), request, argument);
  }

  async getifaddrs(): Promise<readonly IfAddr[]> {
    const { withInterfaceList } = this.#calls;
    if (!withInterfaceList) return listInterfaces(this.abi, this.ioctl.bind(this));
    return withInterfaceList((first) => readInterfaceList(this.abi, this.#calls, first));
  }

  // eslint-disable-next-line @typescript-eslint/require-await
  async close(): Promise<void> {
    for (const descriptor of this.#sockets.values()) this.#calls.close(descriptor);
    this.#sockets.clear();
  }
}
