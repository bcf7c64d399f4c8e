/** A kernel of names alone: requests without effect on the host, which the tests of the daemon can hold up. */
import { abi, ioctlNumber, KernelError } from '../../native-structs';
import type { Caller, EmulatedKernel, KernelIfAddr, MemoryRegion } from '../../src/kernel/contract';

const model = abi('amd64');
export const createRequest = ioctlNumber(model, 'SIOCIFCREATE');
export const destroyRequest = ioctlNumber(model, 'SIOCIFDESTROY');
export const statusRequest = ioctlNumber(model, 'SIOCGIFFLAGS');
/** Makes the fake kernel throw what a defect would. */
export const defectRequest = ioctlNumber(model, 'SIOCGIFMTU');

const nameOf = (argument: Buffer) => argument.toString('latin1', 0, argument.indexOf(0));

export class FakeKernel implements EmulatedKernel {
  readonly abi = model;
  readonly interfaces = new Set<string>();
  /** Every request that it was given, in order. */
  readonly requests: { readonly caller: Caller; readonly name: string; readonly request: number }[] = [];
  /** Requests go on when this resolves. */
  gate: Promise<void> = Promise.resolve();
  isShutDown = false;

  get inUse(): boolean {
    return this.interfaces.size > 0;
  }

  async ioctl(
    caller: Caller,
    _domain: number,
    request: number,
    argument: Buffer,
    memory: readonly MemoryRegion[],
  ): Promise<void> {
    const name = nameOf(argument);
    this.requests.push({ caller, name, request });
    await this.gate;
    if (request === defectRequest) throw new TypeError('a defect');
    if (request === statusRequest) {
      if (!this.interfaces.has(name)) throw new KernelError('ENXIO');
      argument.fill(0xaa, 16);
      for (const { bytes } of memory) bytes.reverse();
      return;
    }
    if (caller.uid !== 0) throw new KernelError('EPERM');
    if (request === createRequest) this.#create(name);
    else if (!this.interfaces.delete(name)) throw new KernelError('ENXIO');
  }

  #create(name: string): void {
    if (this.interfaces.has(name)) throw new KernelError('EEXIST');
    this.interfaces.add(name);
  }

  getifaddrs(): Promise<readonly KernelIfAddr[]> {
    return Promise.resolve(
      [...this.interfaces].map((name, i) => ({
        name,
        flags: i,
        addr: Buffer.from([18]),
        netmask: null,
        dstaddr: null,
        data: Buffer.alloc(136),
        addrflags: 0,
      })),
    );
  }

  interfaceGone(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.isShutDown = true;
    this.interfaces.clear();
    return Promise.resolve();
  }
}
