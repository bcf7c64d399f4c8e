/** What every command runs in: its streams, its kernel, and the one place where an error becomes words and a status. */
import type { Kernel } from '../ioctl/kernel';
import { CommandError, UsageError } from './errors';

/** Where text goes; a write cannot fail for the writer. */
export interface Output {
  write(text: string): void;
}

/** Addresses of a host name, as text; empty if there are none. Family 0 is any. */
export type ResolveHost = (host: string, family: 0 | 4 | 6) => Promise<readonly string[]>;

/** What the outside gives to a command. */
export interface Context {
  /** Opens the kernel; called at most once, and not at all if nothing is to be asked. */
  readonly kernel: () => Promise<Kernel>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Defaults to the system's resolver. */
  readonly resolveHost?: ResolveHost;
}

/** One run of a command. */
export class Session {
  /** The command's name, which begins its messages. */
  readonly command: string;
  readonly #context: Context;
  #kernel: Promise<Kernel> | undefined;

  constructor(command: string, context: Context) {
    this.command = command;
    this.#context = context;
  }

  /** The kernel, opened at the first call. */
  kernel(): Promise<Kernel> {
    this.#kernel ??= this.#context.kernel();
    return this.#kernel;
  }

  async close(): Promise<void> {
    await (await this.#kernel)?.close();
  }

  print(text: string): void {
    this.#context.stdout.write(text);
  }

  /** warn(3): `<command>: <message>` on stderr. */
  warn(message: string): void {
    this.#context.stderr.write(`${this.command}: ${message}\n`);
  }

  printUsage(usage: string): void {
    this.#context.stderr.write(usage);
  }

  resolveHost(host: string, family: 0 | 4 | 6): Promise<readonly string[]> {
    return (this.#context.resolveHost ?? systemResolver)(host, family);
  }
}

async function systemResolver(host: string, family: 0 | 4 | 6): Promise<readonly string[]> {
  const { lookup } = await import('node:dns/promises');
  try {
    return (await lookup(host, { all: true, family })).map(({ address }) => address);
  } catch {
    return [];
  }
}

/** Runs `body` and returns the exit status; no error leaves this function. */
export async function runCommand(
  command: string,
  context: Context,
  usage: () => string,
  body: (session: Session) => Promise<number>,
): Promise<number> {
  const session = new Session(command, context);
  try {
    return await body(session);
  } catch (error) {
    report(session, usage, error);
    return 1;
  } finally {
    // the answer has been printed: that the kernel's socket does not close well changes nothing
    await session.close().catch(() => undefined);
  }
}

function report(session: Session, usage: () => string, error: unknown): void {
  if (error instanceof UsageError) {
    if (error.message !== '') session.warn(error.message);
    session.printUsage(usage());
  } else if (error instanceof CommandError) {
    session.warn(error.message);
  } else {
    session.warn(error instanceof Error ? error.message : String(error));
  }
}
