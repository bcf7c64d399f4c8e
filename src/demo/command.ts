/** Running one command of the demonstration, line by line as it prints. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A command that exited with another status than 0, or could not be started. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code = 'COMMAND_FAILED';

  constructor(argv: readonly string[], outcome: string, output: string) {
    super(`${argv.join(' ')}: ${outcome}${output && `\n${output.trimEnd()}`}`);
  }
}

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Kills the command. */
  readonly signal: AbortSignal;
  /** Each line of its output and error output, as it comes. */
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void;
}

/** Resolves to the standard output when the command has ended with 0; throws CommandError otherwise. */
export async function runCommand(argv: readonly string[], options: CommandOptions): Promise<string> {
  const { env, signal, onLine } = options;
  signal.throwIfAborted();
  const [command = '', ...rest] = argv;
  const child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', kill);

  const text = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    createInterface(child[stream]).on('line', (line) => {
      text[stream] += `${line}\n`;
      onLine?.(line, stream);
    });
  }
  const outcome = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (status, killer) => resolve(status === 0 ? '' : (killer ?? `exit ${status}`)));
  });
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (outcome) throw new CommandError(argv, outcome, text.stderr + text.stdout);
  return text.stdout;
}
