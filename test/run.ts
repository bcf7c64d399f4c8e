/**
 * `npm test`: every test file by node's own runner, in a machine of its own where that is possible.
 *
 * Arguments select the files whose path contains one of them. With CI=true a skipped test is a failure.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { privateMachine } from '../src/demo/private-machine';
import { runFiles } from './run-files';
import { missingTool } from './system/lab';
import { installLine, tools } from './tools';

/** Given to the runner inside the machine, before the selection. */
const inside = '--inside';

function testFiles(selection: readonly string[]): readonly string[] {
  return readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.js'))
    .filter((path) => selection.length === 0 || selection.some((part) => path.includes(part)))
    .sort()
    .map((path) => join(__dirname, path));
}

function sayWhatIsMissing(): void {
  const missing = tools.filter(({ command }) => missingTool(command));
  if (missing.length === 0) return;
  console.log(
    `Not here: ${missing.map(({ command }) => command).join(', ')}. What needs them is skipped; for all:`,
  );
  console.log(`  ${installLine(missing.map((tool) => tool.package))}\n`);
}

/** Exit status of the whole run. */
async function main(argv: readonly string[]): Promise<number> {
  if (argv[0] === inside) return runHere(argv.slice(1));
  sayWhatIsMissing();
  const machine = privateMachine();
  if ('reason' in machine) {
    console.log(`System tests are skipped: ${machine.reason}\n`);
    process.env.L2TP_TEST_NO_NAMESPACES = machine.reason;
    return runHere(argv);
  }
  const [command = '', ...rest] = [...machine.prefix, process.execPath, __filename, inside, ...argv];
  return spawnSync(command, rest, { stdio: 'inherit' }).status ?? 1;
}

async function runHere(selection: readonly string[]): Promise<number> {
  const files = testFiles(selection);
  if (files.length === 0) {
    console.error(`no test file's path contains ${selection.join(' or ')}`);
    return 1;
  }
  return (await runFiles(files, process.env.CI !== 'true')) ? 0 : 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
