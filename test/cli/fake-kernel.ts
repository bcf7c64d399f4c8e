/** A kernel that writes down what it is asked and answers what a test has told it to, through the real structs. */
import {
  abi,
  ioctlNames,
  ioctlNumber,
  KernelError,
  structs,
  type Abi,
  type AbiName,
  type Errno,
  type IoctlName,
} from '../../native-structs';
import type { IfAddr, Kernel, Pointee, SocketDomain } from '../../src/ioctl/kernel';

/** A request as it came. */
export interface Asked {
  readonly name: IoctlName;
  readonly domain: SocketDomain;
  readonly argument: Buffer;
  readonly memory: readonly Buffer[];
}

/** Changes a request's argument and what it points at, or throws KernelError. */
export type Answer = (argument: Buffer, memory: readonly Buffer[]) => void;

/** Names that have a number of their own; of two with the same number, the one that ifconfig(8) says. */
const preferred = (name: IoctlName): boolean => name !== 'SIOCGIFGENERIC' && name !== 'SIOCGDRVSPEC';

export class FakeKernel implements Kernel {
  readonly abi: Abi;
  readonly asked: Asked[] = [];
  addresses: readonly IfAddr[] = [];
  closed = 0;
  readonly #answers = new Map<IoctlName, Answer>();
  readonly #names: ReadonlyMap<number, IoctlName>;

  constructor(name: AbiName = 'amd64') {
    this.abi = abi(name);
    const numbers = ioctlNames.filter(preferred).map((one) => [ioctlNumber(this.abi, one), one] as const);
    this.#names = new Map(numbers);
  }

  /** Lets `name` succeed, with `answer` done to its argument; requests without an answer are refused with ENOTTY. */
  answer(name: IoctlName, answer: Answer = () => undefined): this {
    this.#answers.set(name, answer);
    return this;
  }

  refuse(name: IoctlName, errno: Errno): this {
    return this.answer(name, () => {
      throw new KernelError(errno);
    });
  }

  /** Answers SIOCGIFFLAGS. */
  flags(flags: number): this {
    return this.answer('SIOCGIFFLAGS', (argument) => {
      structs(this.abi, 'ifreq').at(argument).ifr_ifru.ifru_flags = (flags << 16) >> 16;
    });
  }

  // async, so that a refusal is a rejection
  // eslint-disable-next-line @typescript-eslint/require-await
  async ioctl(
    domain: SocketDomain,
    request: number,
    argument: Buffer,
    pointees: readonly Pointee[] = [],
  ): Promise<void> {
    const name = this.#names.get(request);
    if (!name) throw new KernelError('ENOTTY');
    const memory = pointees.map((one) => one.memory);
    this.asked.push({
      name,
      domain,
      argument: Buffer.from(argument),
      memory: memory.map((one) => Buffer.from(one)),
    });
    const answer = this.#answers.get(name);
    if (!answer) throw new KernelError('ENOTTY');
    answer(argument, memory);
  }

  getifaddrs(): Promise<readonly IfAddr[]> {
    return Promise.resolve(this.addresses);
  }

  close(): Promise<void> {
    this.closed += 1;
    return Promise.resolve();
  }

  /** Names of the requests in their order. */
  get names(): IoctlName[] {
    return this.asked.map(({ name }) => name);
  }

  /** The only request of that name. */
  the(name: IoctlName): Asked {
    const [found, ...others] = this.asked.filter((one) => one.name === name);
    if (!found || others.length > 0)
      throw new Error(`${name} was asked ${others.length + (found ? 1 : 0)} times`);
    return found;
  }
}
