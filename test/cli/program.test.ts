/** The built program: its streams, its exit status, and the options that the package adds. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ifconfigUsage } from '../../src/cli/ifconfig-usage';

const root = process.cwd();
const program = join(root, 'dist', 'bin', 'ifconfig-l2tp.js');
const skip = existsSync(program) ? false : 'dist/bin/ifconfig-l2tp.js is not built';

const execute = (...argv: string[]) => spawnSync(process.execPath, [program, ...argv], { encoding: 'utf8' });

suite('the program', { skip }, () => {
  test('--drop-in prints the directory of ifconfig and brconfig', () => {
    const { stdout, stderr, status } = execute('--drop-in');
    assert.deepEqual([stderr, status], ['', 0]);
    assert.equal(stdout, `${join(root, 'src', 'drop-in')}\n`);
    for (const name of ['ifconfig', 'brconfig']) assert.ok(existsSync(join(stdout.trim(), name)), name);
  });

  test('the drop-in runs through PATH, also through a link', () => {
    const directory = mkdtempSync(join(tmpdir(), 'drop-in-'));
    try {
      symlinkSync(join(root, 'src', 'drop-in', 'ifconfig'), join(directory, 'ifconfig'));
      for (const path of [join(root, 'src', 'drop-in'), directory]) {
        const env = { ...process.env, PATH: `${path}:${process.env.PATH ?? ''}` };
        const { stderr, status } = spawnSync('ifconfig', ['-a', '-l'], { encoding: 'utf8', env });
        assert.deepEqual([stderr, status], [ifconfigUsage(), 1]);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test("--version is the package's", () => {
    const manifest: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.ok(typeof manifest === 'object' && manifest !== null && 'version' in manifest);
    assert.equal(execute('--version').stdout, `${String(manifest.version)}\n`);
  });

  test('--help', () => {
    const { stdout, status } = execute('--help');
    assert.equal(status, 0);
    assert.match(stdout, /--drop-in/);
  });

  test('an option of two dashes that does not exist', () => {
    const { stdout, stderr, status } = execute('--frobnicate');
    assert.deepEqual([stdout, status], ['', 1]);
    assert.match(stderr, /unknown option '--frobnicate'/);
  });

  test('two dashes behind the first word are a word', () => {
    assert.deepEqual([execute('l2tp0', '--help').stderr, execute('--', '-l').status], [ifconfigUsage(), 1]);
  });

  test('a reader that has gone is no reason for a message', async () => {
    const child = spawn('sh', ['-c', `"$0" "$1" -a -l 2>&1 | true`, process.execPath, program]);
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    const status = await new Promise((resolve) => child.on('close', resolve));
    assert.deepEqual([stderr, status], ['', 0]);
  });
});
