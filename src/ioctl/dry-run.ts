/** A kernel that does nothing: it prints what it is asked, byte for byte, and answers with zeros. */
import {
  bridgeArguments,
  ioctlNames,
  ioctlNumber,
  ioctlStruct,
  IOC_OUT,
  KernelError,
  structs,
  type Abi,
  type IoctlName,
  type StructName,
} from '../../native-structs';
import { describeFields } from './fields-of-structs';
import type { IfAddr, Kernel, Pointee, SocketDomain } from './kernel';
import { isKnown, type Release } from './release';

export interface DryRunOptions {
  readonly abi: Abi;
  readonly release: Release;
  /** Lists each field under its line. */
  readonly verbose: boolean;
  readonly print: (text: string) => void;
}

/** SIOCGIFGENERIC is on this project's interfaces always SIOCGL2TP, which has its number. */
const hidden = new Set<IoctlName>(['SIOCGIFGENERIC']);

export class DryRunKernel implements Kernel {
  readonly abi: Abi;
  readonly #options: DryRunOptions;
  readonly #names = new Map<number, IoctlName>();
  /** The interface that the last request named. */
  #asked = '';

  constructor(options: DryRunOptions) {
    this.abi = options.abi;
    this.#options = options;
    for (const name of ioctlNames) {
      const number = ioctlNumber(this.abi, name);
      if (!hidden.has(name) && isKnown(name, options.release) && !this.#names.has(number))
        this.#names.set(number, name);
    }
  }

  // async, so that an unknown request is a rejection as the seam promises
  // eslint-disable-next-line @typescript-eslint/require-await
  async ioctl(
    _domain: SocketDomain,
    request: number,
    argument: Buffer,
    pointees: readonly Pointee[] = [],
  ): Promise<void> {
    const name = this.#names.get(request);
    if (!name) throw new KernelError('ENOTTY');
    this.#print(name, request, argument, pointees);
    // whatever the struct, it begins as struct ifreq does, if it names an interface at all
    const { type } = structs(this.abi, 'ifreq').fields.ifr_name;
    if (argument.length > type.size) this.#asked = type.get(argument, 0);
    if ((request & IOC_OUT) === 0) return;
    argument.fill(0, Math.min(type.size, argument.length));
    for (const { memory } of pointees) memory.fill(0);
  }

  /** No ioctl in NetBSD's libc either. The interface that was asked about is there, without an address and with zeros. */
  getifaddrs(): Promise<readonly IfAddr[]> {
    const nothing = { addr: null, netmask: null, dstaddr: null, data: null };
    return Promise.resolve(this.#asked ? [{ name: this.#asked, flags: 0, addrflags: 0, ...nothing }] : []);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #print(name: IoctlName, request: number, argument: Buffer, pointees: readonly Pointee[]): void {
    const { abi, verbose, print } = this.#options;
    // the old numbers say l2tp_req, but what travels is a struct ifreq
    const struct = name.endsWith('_OLD') ? 'ifreq' : ioctlStruct(name);
    const shown = Buffer.from(argument);
    for (const { at } of pointees) shown.fill(0, at, at + abi.pointerSize);
    const behind = pointees
      .filter(({ memory }) => memory.length > 0)
      .map(({ memory }) => ({ memory, type: this.#behind(name, argument, memory) }));
    const parts = [
      `${name} 0x${request.toString(16).padStart(8, '0')} ${struct} ${shown.toString('hex')}`,
      ...behind.map(({ memory, type }) => `${type ?? `char[${memory.length}]`} ${memory.toString('hex')}`),
    ];
    print(`${parts.join(' -> ')}\n`);
    if (!verbose) return;
    print(describeFields(abi, struct, shown, name));
    for (const { memory, type } of behind) if (type) print(describeFields(abi, type, memory, name));
  }

  /** The struct that is behind the argument's pointer; null for text and lists. */
  #behind(name: IoctlName, argument: Buffer, memory: Buffer): StructName | null {
    let type: StructName | undefined;
    if (name.includes('L2TP')) type = 'l2tp_req';
    else if (name.endsWith('DRVSPEC'))
      type = bridgeArguments.get(Number(structs(this.abi, 'ifdrv').at(argument).ifd_cmd));
    return type && structs(this.abi, type).size === memory.length ? type : null;
  }
}
