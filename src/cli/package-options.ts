/** The options that the package adds to NetBSD's commands: --drop-in, --help, --version. Loaded only when asked for. */
import { Command, CommanderError } from 'commander';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root';
import type { Context } from './command';
import type { Program } from './main';

function packageVersion(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const known = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return known && typeof manifest.version === 'string' ? manifest.version : 'unknown';
}

/**
 * The exit status if `argv` begins with one of the package's own options, null if it is the command's own business:
 * a word with two dashes may also stand for a description or the like.
 */
export function packageOptions(program: Program, argv: readonly string[], context: Context): number | null {
  if (!argv[0]?.startsWith('--') || argv[0] === '--') return null;
  const root = packageRoot();
  const command = new Command(`${program.name}-l2tp`)
    .description(program.summary)
    .version(packageVersion(root), '--version', 'print the version of the package')
    .helpOption('--help', 'print this text')
    .option('--drop-in', 'print the directory that holds ifconfig and brconfig, for the front of PATH')
    .usage('[--drop-in | --help | --version] | the words of ' + `${program.name}(8)`)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
    });
  try {
    command.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode;
    throw error;
  }
  if (command.opts().dropIn === true) context.stdout.write(`${join(root, 'src', 'drop-in')}\n`);
  return 0;
}
