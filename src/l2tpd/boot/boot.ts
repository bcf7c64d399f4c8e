/** `l2tpd --boot`: applies the ifconfig.if(5) files of a directory, as NetBSD's rc.d/network does at system start. */
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { DaemonError } from '../../ioctl/daemon-error';
import { programFile } from '../../ioctl/programs';
import { parseCloneName } from '../../kernel/clone-name';
import { packageRoot } from '../../package-root';
import { BootFileError, fileOf, namesIn, readTrusted } from './files';
import { parseLines, type Line } from './lines';
import { inOrder, mentionsOf, type Configured } from './order';
import { runJob } from './shell';

export interface BootOptions {
  readonly directory: string;
  /** For the commands, the directory with ifconfig and brconfig not yet in its PATH. */
  readonly environment: NodeJS.ProcessEnv;
  /** Gets a line of text for what went wrong. */
  readonly report: (line: string) => void;
  /** Ends the command that runs and begins no other. */
  readonly signal: AbortSignal;
}

interface InterfaceFile extends Configured {
  readonly path: string;
  readonly lines: readonly Line[];
}

/** Resolves to the exit status: 1 if anything failed. */
export async function boot(options: BootOptions): Promise<number> {
  try {
    return await new Boot(options).run();
  } catch (error) {
    if (!(error instanceof BootFileError || error instanceof DaemonError)) throw error;
    options.report(error.message);
    return 1;
  }
}

/** What sh runs for a line. `eval` splits and expands as on NetBSD, where a line cannot name files by patterns either. */
const scripts = {
  arguments: 'set -f; eval set -- $line; exec ifconfig "$int" "$@"',
  command: 'eval "$line"',
  dhcp: 'exec dhcpcd -n "$int"',
} as const;

/** Names under which something may be created; others are taken for an editor's backups unless they exist. */
const creatable = /^[A-Za-z_]\w*\d$/;

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** ifconfig and brconfig first, and node, which they are run by, wherever it is. */
function withCommands(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const path = [
    join(packageRoot(), 'src', 'drop-in'),
    environment.PATH ?? usualPath,
    dirname(process.execPath),
  ];
  return { ...environment, PATH: path.join(':') };
}

class Boot {
  readonly #options: BootOptions;
  readonly #environment: NodeJS.ProcessEnv;
  #failed = false;

  constructor(options: BootOptions) {
    this.#options = options;
    this.#environment = withCommands(options.environment);
  }

  async run(): Promise<number> {
    const { directory, signal } = this.#options;
    const names = namesIn(directory);
    if (names.length === 0) return 0;
    const existing = await this.#ask('-l');
    const cloners = await this.#ask('-C');
    const files = names
      .filter((name) => existing.has(name) || creatable.test(name))
      .map((name) => this.#read(name, rank(name, existing, cloners)))
      .filter((file) => file !== undefined);
    for (const file of inOrder(files)) {
      if (signal.aborted) break;
      await this.#configure(file, existing, cloners);
    }
    return this.#failed || signal.aborted ? 1 : 0;
  }

  /** Words that `ifconfig OPTION` prints. */
  async #ask(option: '-l' | '-C'): Promise<ReadonlySet<string>> {
    const argv = [programFile('ifconfig-l2tp'), option];
    try {
      const { stdout } = await promisify(execFile)(process.execPath, argv, { env: this.#environment });
      return new Set(stdout.split(/\s+/));
    } catch (error) {
      const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
      throw new DaemonError('connect', said.replace(/^l2tpd: /, ''));
    }
  }

  #read(name: string, rank: number): InterfaceFile | undefined {
    const path = fileOf(this.#options.directory, name);
    try {
      const lines = parseLines(readTrusted(path));
      return { name, path, rank, lines, mentions: mentionsOf(lines) };
    } catch (error) {
      if (!(error instanceof BootFileError)) throw error;
      this.#fail(error.message);
      return undefined;
    }
  }

  async #configure(
    file: InterfaceFile,
    existing: ReadonlySet<string>,
    cloners: ReadonlySet<string>,
  ): Promise<void> {
    const { name, path, lines } = file;
    // A command of another file may have made it meanwhile.
    if (!existing.has(name) && !(await this.#ask('-l')).has(name)) {
      if (!isCloned(name, cloners)) {
        this.#fail(`${path}: there is no interface ${name}, and none of that kind can be created`);
        return;
      }
      await this.#runLine(file, path, { kind: 'arguments', number: 0, text: 'create' });
    }
    for (const line of lines) {
      if (this.#options.signal.aborted) return;
      await this.#runLine(file, `${path}:${line.number}`, line);
    }
  }

  /** A line fails by its status, or if ifconfig only warns of it, as it does of a tunnel that the kernel refuses. */
  async #runLine({ name }: InterfaceFile, place: string, { kind, text }: Line): Promise<void> {
    if (kind === 'carriage-return') {
      this.#fail(`${place}: carriage return at the end of the line, which was not run`);
      return;
    }
    const { report, signal } = this.#options;
    const said = (words: string, index: number) => {
      // A command's continuation lines, such as those of a usage text, begin with a blank.
      report(index > 0 && /^(\s|$)/.test(words) ? words : `${place}: ${words}`);
      if (kind === 'arguments' && words.startsWith('ifconfig: ')) this.#failed = true;
    };
    const { failure, silent } = await runJob({
      script: scripts[kind],
      interface: name,
      text,
      environment: this.#environment,
      said,
      signal,
    });
    if (failure !== undefined && silent) report(`${place}: ${failure}`);
    if (failure !== undefined) this.#failed = true;
  }

  #fail(text: string): void {
    this.#options.report(text);
    this.#failed = true;
  }
}

function isCloned(name: string, cloners: ReadonlySet<string>): boolean {
  return cloners.has(parseCloneName(name)?.cloner ?? '');
}

/** Interfaces that another file's commands may make come after the host's own, and bridges after their members. */
const ranks = { host: 0, unknown: 1, cloned: 2, bridge: 3 } as const;

function rank(name: string, existing: ReadonlySet<string>, cloners: ReadonlySet<string>): number {
  if (isCloned(name, cloners)) return name.startsWith('bridge') ? ranks.bridge : ranks.cloned;
  return existing.has(name) ? ranks.host : ranks.unknown;
}
