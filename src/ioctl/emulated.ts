/**
 * The emulated kernel as a command sees it: each request goes to this network namespace's l2tpd. The first interface
 * that is created starts it; as long as none runs, a transient one answers.
 */
import { abi, type Abi } from '../../native-structs/abi';
import { KernelError } from '../../native-structs/kernel-error';
import { parameterLength } from '../../native-structs/sys-ioccom';
import { ioctlNumber } from '../../native-structs/sys-sockio';
import { type Daemons, type Link } from './daemon';
import { DaemonError } from './daemon-error';
import type { IfAddr, Kernel, Pointee, SocketDomain } from './kernel';
import { place } from './pointees';
import type { Answer, Request } from './protocol';

/** How often a request is taken elsewhere because the daemon that it went to was just ending. */
const mostAttempts = 32;

export interface EmulatedOptions {
  readonly daemons: Daemons;
  /** Whether this user may create interfaces, and so start a daemon that outlives the command. */
  readonly privileged: boolean;
}

export class EmulatedKernelClient implements Kernel {
  readonly abi: Abi = abi('amd64');
  readonly #daemons: Daemons;
  readonly #privileged: boolean;
  readonly #create = ioctlNumber(this.abi, 'SIOCIFCREATE');
  #link: Promise<Link> | undefined;
  #closed = false;

  constructor({ daemons, privileged }: EmulatedOptions) {
    this.#daemons = daemons;
    this.#privileged = privileged;
  }

  async ioctl(
    domain: SocketDomain,
    request: number,
    argument: Buffer,
    pointees: readonly Pointee[] = [],
  ): Promise<void> {
    const passed = argument.subarray(0, parameterLength(request));
    const memory = place(this.abi, passed, pointees);
    const answer = await this.#ask({ kind: 'ioctl', domain, request, argument: passed, memory });
    if (answer.kind !== 'ioctl') throw new DaemonError('protocol', 'answered another request');
    copyBack(answer.argument, passed);
    memory.forEach(({ bytes }, number) => copyBack(answer.memory[number], bytes));
    if (answer.errno !== 0) throw new KernelError(answer.errno);
  }

  async getifaddrs(): Promise<readonly IfAddr[]> {
    const answer = await this.#ask({ kind: 'getifaddrs' });
    if (answer.kind !== 'getifaddrs') throw new DaemonError('protocol', 'answered another request');
    if (answer.errno !== 0) throw new KernelError(answer.errno);
    return answer.addresses;
  }

  /** Requests that are still on their way are given up. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#disconnect(this.#link);
  }

  /** Requests of which a command does not await one before the next are on their way together. */
  async #ask(request: Request): Promise<Answer> {
    const stays = this.#privileged && request.kind === 'ioctl' && request.request === this.#create;
    for (let attempt = 0; attempt < mostAttempts && !this.#closed; attempt += 1) {
      const link = this.#link;
      if (stays && (await link)?.transient) await this.#disconnect(link);
      this.#link ??= this.#open(stays);
      const used = this.#link;
      const outcome = await (await used).connection.exchange(request);
      if (outcome.kind === 'answer') return outcome.answer;
      await this.#disconnect(used);
      if (outcome.kind === 'lost') break;
    }
    throw new KernelError('EIO');
  }

  async #open(stays: boolean): Promise<Link> {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const link = await this.#daemons.connect();
      if (link) return link;
      if (!stays) return this.#daemons.transient();
      await this.#daemons.start();
    }
    throw new DaemonError('start', 'ends as soon as it is started');
  }

  /** Closes a link unless someone else has; what could not be opened needs no closing. */
  async #disconnect(link: Promise<Link> | undefined): Promise<void> {
    if (this.#link !== link) return;
    this.#link = undefined;
    const opened = await link?.catch(() => undefined);
    await opened?.close();
  }
}

function copyBack(from: Buffer | undefined, to: Buffer): void {
  if (from?.length !== to.length) throw new DaemonError('protocol', 'answered with memory of another size');
  from.copy(to);
}
