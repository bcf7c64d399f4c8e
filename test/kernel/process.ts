/** A process under the emulated kernel, with memory that ioctl arguments point into, and the machine below it. */
import {
  AF_INET,
  abi,
  type IoctlName,
  ioctlNumber,
  KernelError,
  type CType,
  type Struct,
  structs,
} from '../../native-structs';
import type { Caller, EmulatedKernel, Log, MemoryRegion } from '../../src/kernel/contract';
import { makeKernel } from '../../src/kernel/kernel';
import { FakeDatapath } from './fake-datapath';
import { FakeHost, type FakeLinkOptions } from './fake-host';

export const amd64 = abi('amd64');
const ifreq = structs(amd64, 'ifreq');
const ifdrv = structs(amd64, 'ifdrv');
const l2tp_req = structs(amd64, 'l2tp_req');

type ViewOf<S> = S extends CType<infer T> ? T : never;
type InitOf<S> = S extends Struct<infer F> ? Parameters<Struct<F>['make']>[0] : never;

/** The part of struct ifreq behind the name. */
export type RequestValues = ViewOf<typeof ifreq>['ifr_ifru'];
type RequestInit = NonNullable<NonNullable<InitOf<typeof ifreq>>['ifr_ifru']>;
export type L2tpRequest = ViewOf<typeof l2tp_req>;

export const root: Caller = { uid: 0 };
export const user: Caller = { uid: 1000 };

/** Where the memory behind a pointer lies, unless a test says otherwise. */
const address = 0x7f00_0000_1000n;

/** Keeps every line as `level: text`. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];
  error(message: string): void {
    this.lines.push(`error: ${message}`);
  }
  warning(message: string): void {
    this.lines.push(`warning: ${message}`);
  }
  info(message: string): void {
    this.lines.push(`info: ${message}`);
  }
  debug(message: string): void {
    this.lines.push(`debug: ${message}`);
  }
}

export interface Machine {
  readonly host: FakeHost;
  readonly datapath: FakeDatapath;
  readonly log: MemoryLog;
  readonly kernel: EmulatedKernel;
  readonly process: Process;
}

export function machine(links: readonly FakeLinkOptions[] = [{ name: 'wm0' }, { name: 'wm1' }]): Machine {
  const host = new FakeHost(links);
  const datapath = new FakeDatapath();
  const log = new MemoryLog();
  const kernel = makeKernel({ host, datapath, log });
  return { host, datapath, log, kernel, process: new Process(kernel) };
}

export class Process {
  caller = root;
  domain: number = AF_INET;
  readonly #kernel: EmulatedKernel;

  constructor(kernel: EmulatedKernel) {
    this.#kernel = kernel;
  }

  /** ioctl(2) with an argument as it is. */
  ioctl(request: IoctlName | number, argument: Buffer, memory: readonly MemoryRegion[] = []): Promise<void> {
    const number = typeof request === 'number' ? request : ioctlNumber(amd64, request);
    return this.#kernel.ioctl(this.caller, this.domain, number, argument, memory);
  }

  /** A direct struct ifreq; the rest of it after the answer. */
  async ifreq(request: IoctlName, name: string, ifr_ifru: RequestInit = {}): Promise<RequestValues> {
    const argument = ifreq.make({ ifr_name: name, ifr_ifru });
    await this.ioctl(request, argument);
    return ifreq.at(argument).ifr_ifru;
  }

  /** A struct ifreq whose ifr_data leads to `data`, which the kernel may change; NULL if that is null. */
  async indirect(request: IoctlName, name: string, data: Buffer | null): Promise<void> {
    const pointer = data ? address : 0n;
    await this.ioctl(
      request,
      ifreq.make({ ifr_name: name, ifr_ifru: { ifru_data: pointer } }),
      data ? [{ address, bytes: data }] : [],
    );
  }

  /** One of l2tp(4)'s setters. */
  l2tp(request: IoctlName, name: string, init: InitOf<typeof l2tp_req> = {}): Promise<void> {
    return this.indirect(request, name, l2tp_req.make(init));
  }

  /** SIOCGL2TP. */
  async getL2tp(name: string): Promise<L2tpRequest> {
    const data = l2tp_req.make();
    await this.indirect('SIOCGL2TP', name, data);
    return l2tp_req.at(data);
  }

  /** A struct ifdrv; ifd_len as answered. */
  async driverSpecific(request: IoctlName, name: string, command: number, data: Buffer): Promise<number> {
    const argument = ifdrv.make({
      ifd_name: name,
      ifd_cmd: BigInt(command),
      ifd_len: BigInt(data.length),
      ifd_data: address,
    });
    await this.ioctl(request, argument, [{ address, bytes: data }]);
    return Number(ifdrv.at(argument).ifd_len);
  }

  create(name: string): Promise<void> {
    return this.indirect('SIOCIFCREATE', name, null);
  }

  destroy(name: string): Promise<void> {
    return this.indirect('SIOCIFDESTROY', name, null);
  }

  async flags(name: string): Promise<number> {
    return (await this.ifreq('SIOCGIFFLAGS', name)).ifru_flags & 0xffff;
  }

  async setFlags(name: string, flags: number): Promise<void> {
    await this.ifreq('SIOCSIFFLAGS', name, { ifru_flags: (flags << 16) >> 16 });
  }

  getifaddrs(): ReturnType<EmulatedKernel['getifaddrs']> {
    return this.#kernel.getifaddrs();
  }
}

/** "OK", or the name of the errno with which `attempt` failed. */
export async function outcome(attempt: Promise<unknown>): Promise<string> {
  try {
    await attempt;
    return 'OK';
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    throw error;
  }
}
