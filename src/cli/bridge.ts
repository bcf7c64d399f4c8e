/** A bridge(4) interface as brconfig(8) asks for it: BRDG commands in a struct ifdrv, its flags in a struct ifreq. */
import {
  BRDGGIFFLGS,
  BRDGGIFS,
  BRDGRTS,
  BRDGSIFFLGS,
  IFNAMSIZ,
  structs,
  type Init,
  type Struct,
  type View,
} from '../../native-structs';
import type { Kernel } from '../ioctl/kernel';
import { sendIfdrv, sendIfreq } from './request';

type Ifbreq = ReturnType<typeof structs<'ifbreq'>> extends Struct<infer F> ? View<F> : never;
type Ifbareq = ReturnType<typeof structs<'ifbareq'>> extends Struct<infer F> ? View<F> : never;

/** Which number of struct ifbrparam a command carries, by its size in bits. */
const parameterFields = { 8: 'ifbrpu_int8', 16: 'ifbrpu_int16', 32: 'ifbrpu_int32' } as const;
export type Bits = keyof typeof parameterFields;

/** Bytes of the first buffer for a list; the kernel says if it needs more. */
const FIRST_LIST_SIZE = 8192;

/** strlcpy(3) into an interface name: what does not fit is cut off. */
export const cutName = (name: string): string => Buffer.from(name).toString('latin1', 0, IFNAMSIZ - 1);

/** Every method throws KernelError. */
export class Bridge {
  readonly name: string;
  readonly #kernel: Kernel;

  constructor(kernel: Kernel, name: string) {
    this.#kernel = kernel;
    this.name = name;
  }

  /** IFF_* as SIOCGIFFLAGS gives them. */
  async flags(): Promise<number> {
    const { ifr_ifru } = await sendIfreq(this.#kernel, 'SIOCGIFFLAGS', this.#ifname);
    return ifr_ifru.ifru_flags & 0xffff;
  }

  async setFlags(flags: number): Promise<void> {
    await sendIfreq(this.#kernel, 'SIOCSIFFLAGS', this.#ifname, ({ ifr_ifru }) => {
      ifr_ifru.ifru_flags = (flags << 16) >> 16;
    });
  }

  /** The number that the getter `command` answers. */
  async parameter(command: number, bits: Bits): Promise<number> {
    const param = structs(this.#kernel.abi, 'ifbrparam');
    const memory = param.make();
    await this.#get(command, memory);
    return param.at(memory).ifbrp_ifbrpu[parameterFields[bits]];
  }

  async setParameter(command: number, bits: Bits, value: number): Promise<void> {
    const param = structs(this.#kernel.abi, 'ifbrparam');
    const memory = param.make();
    param.at(memory).ifbrp_ifbrpu[parameterFields[bits]] = value;
    await this.#set(command, memory);
  }

  /** IFBIF_* of a member. */
  async memberFlags(member: string): Promise<number> {
    const ifbreq = structs(this.#kernel.abi, 'ifbreq');
    const memory = ifbreq.make({ ifbr_ifsname: cutName(member) });
    await this.#get(BRDGGIFFLGS, memory);
    return ifbreq.at(memory).ifbr_ifsflags;
  }

  async setMemberFlags(member: string, flags: number): Promise<void> {
    await this.setMember(BRDGSIFFLGS, member, { ifbr_ifsflags: flags });
  }

  /** A command whose argument is a struct ifbreq; `member` is empty where it is about the whole bridge. */
  async setMember(command: number, member: string, fields: Init<Ifbreq> = {}): Promise<void> {
    const ifbreq = structs(this.#kernel.abi, 'ifbreq');
    await this.#set(command, ifbreq.make({ ...fields, ifbr_ifsname: cutName(member) }));
  }

  /** A command whose argument is a struct ifbareq. */
  async setAddress(
    command: number,
    address: Uint8Array,
    fields: { readonly member?: string; readonly flags?: number } = {},
  ): Promise<void> {
    const ifbareq = structs(this.#kernel.abi, 'ifbareq');
    const { member = '', flags = 0 } = fields;
    await this.#set(
      command,
      ifbareq.make({
        ifba_ifsname: cutName(member),
        ifba_flags: flags,
        ifba_dst: Buffer.from(address),
      }),
    );
  }

  async members(): Promise<readonly Ifbreq[]> {
    return this.#list(BRDGGIFS, structs(this.#kernel.abi, 'ifbreq'));
  }

  async addresses(): Promise<readonly Ifbareq[]> {
    return this.#list(BRDGRTS, structs(this.#kernel.abi, 'ifbareq'));
  }

  get #ifname(): string {
    return Buffer.from(cutName(this.name), 'latin1').toString();
  }

  async #get(command: number, memory: Buffer): Promise<number> {
    return sendIfdrv(this.#kernel, 'SIOCGDRVSPEC', this.#ifname, command, memory);
  }

  async #set(command: number, memory: Buffer): Promise<void> {
    await sendIfdrv(this.#kernel, 'SIOCSDRVSPEC', this.#ifname, command, memory);
  }

  /** Asks again with a larger buffer as long as the kernel needs one. */
  async #list<F>(command: number, struct: Struct<F>): Promise<readonly View<F>[]> {
    let memory: Buffer;
    let length = FIRST_LIST_SIZE;
    do {
      memory = Buffer.alloc(length);
      length = await this.#get(command, memory);
    } while (length > memory.length);
    const count = Math.floor(length / struct.size);
    return Array.from({ length: count }, (_, number) => struct.at(memory, number * struct.size));
  }
}
