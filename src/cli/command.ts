/** What every command runs in: its streams, its kernel, and the one place where an error becomes words and a status. */
import type { Kernel } from '../ioctl/kernel';
import { newestRelease, traitsOf, type Release, type ReleaseTraits } from '../ioctl/release';
import { CommandError, ForeignError, UsageError } from './errors';
import type { NativeCommand } from './native-command';

/** Where text goes; a write cannot fail for the writer. */
export interface Output {
  write(text: string): void;
}

/** Addresses of a host name, as text; empty if there are none. Family 0 is any. */
export type ResolveHost = (host: string, family: 0 | 4 | 6) => Promise<readonly string[]>;

/** getnameinfo(3): names of a host and a service, or their numbers. Rejects for what is no address. */
export type LookupNames = (
  address: string,
  port: number,
) => Promise<{ readonly hostname: string; readonly service: string }>;

/** What the outside gives to a command. */
export interface Context {
  /** Opens the kernel; called at most once, and not at all if nothing is to be asked. */
  readonly kernel: () => Promise<Kernel>;
  /** The release that the kernel is of; the newest if not given. */
  readonly release?: Release;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Defaults to the system's resolver. */
  readonly resolveHost?: ResolveHost;
  /** Defaults to the system's resolver. */
  readonly lookupNames?: LookupNames;
  /** NetBSD's own command, which does what this one does not; null, as if not given, where there is none. */
  readonly native?: () => Promise<NativeCommand | null>;
}

/** One run of a command. */
export class Session {
  /** The command's name, which begins its messages. */
  readonly command: string;
  /** What the kernel's release understands, answers and prints. */
  readonly traits: ReleaseTraits;
  readonly #context: Context;
  #kernel: Promise<Kernel> | undefined;
  #native: Promise<NativeCommand | null> | undefined;

  constructor(command: string, context: Context) {
    this.command = command;
    this.traits = traitsOf(context.release ?? newestRelease);
    this.#context = context;
  }

  /** The kernel, opened at the first call. */
  kernel(): Promise<Kernel> {
    this.#kernel ??= this.#context.kernel();
    return this.#kernel;
  }

  /** NetBSD's own command, looked for at the first call; null where there is none. */
  native(): Promise<NativeCommand | null> {
    this.#native ??= this.#context.native?.() ?? Promise.resolve(null);
    return this.#native;
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

  lookupNames(address: string, port: number): ReturnType<LookupNames> {
    return (this.#context.lookupNames ?? systemNames)(address, port);
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

const systemNames: LookupNames = async (address, port) => {
  const { lookupService } = await import('node:dns/promises');
  return lookupService(address, port);
};

/** A command's name, the words that it was given, and its usage text for a release. */
export interface Invocation {
  readonly command: string;
  readonly argv: readonly string[];
  readonly usage: (traits: ReleaseTraits) => string;
}

/** Runs `body` and returns the exit status; no error leaves this function. */
export async function runCommand(
  { command, argv, usage }: Invocation,
  context: Context,
  body: (session: Session) => Promise<number>,
): Promise<number> {
  const session = new Session(command, context);
  try {
    return await handingOver(session, argv, body);
  } catch (error) {
    report(session, usage, error);
    return 1;
  } finally {
    // the answer has been printed: that the kernel's socket does not close well changes nothing
    await session.close().catch(() => undefined);
  }
}

/** Runs `body`; a line that it finds to be foreign goes whole to NetBSD's own command, if that is here. */
async function handingOver(
  session: Session,
  argv: readonly string[],
  body: (session: Session) => Promise<number>,
): Promise<number> {
  try {
    return await body(session);
  } catch (error) {
    const native = error instanceof ForeignError ? await session.native() : null;
    if (!native) throw error;
    return native.run(argv);
  }
}

function report(session: Session, usage: Invocation['usage'], error: unknown): void {
  if (error instanceof UsageError) {
    if (error.message !== '') session.warn(error.message);
    session.printUsage(usage(session.traits));
  } else if (error instanceof CommandError) {
    session.warn(error.message);
  } else {
    session.warn(error instanceof Error ? error.message : String(error));
  }
}
