import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dryRun } from '../../src/cli/dry-run-options';
import { CommandError } from '../../src/cli/errors';
import { program } from '../system/commands';
import { run } from '../system/lab';

describe('options of a dry run', () => {
  it('come before the command’s own words', () => {
    const { kernel, words } = dryRun(
      ['-n', '-v', '--abi', 'sparc', '--release', '9.1', '-v', 'l2tp0', '-n'],
      () => undefined,
    );
    assert.equal(kernel.abi.name, 'sparc');
    assert.deepEqual(words, ['l2tp0', '-n']);
  });

  it('refuse what they do not know', () => {
    for (const argv of [['--abi'], ['--abi', 'vax'], ['--release'], ['--release', '7.0']])
      assert.throws(() => dryRun(['-n', ...argv], () => undefined), CommandError, argv.join(' '));
  });

  it('work in both commands, and change nothing', () => {
    for (const [name, argv] of [
      ['ifconfig-l2tp', ['l2tp0', 'create']],
      ['brconfig-l2tp', ['bridge0', 'add', 'l2tp0']],
    ] as const) {
      const { status, stdout, stderr } = run([process.execPath, program(name), '-n', ...argv]);
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^SIOC[A-Z]+ 0x[0-9a-f]{8} [a-z_]+ [0-9a-f]+/);
    }
    for (const [name, argv] of [
      ['ifconfig-l2tp', ['-C']],
      ['ifconfig-l2tp', ['-l']],
      ['ifconfig-l2tp', ['l2tp0']],
      ['brconfig-l2tp', ['bridge0']],
    ] as const) {
      const { status, stdout, stderr } = run([process.execPath, program(name), '-n', ...argv]);
      assert.deepEqual([status, stderr], [0, '']);
      assert.match(stdout, /^(SIOC\w+ 0x[0-9a-f]{8} \w+ [0-9a-f]+( -> \w+(\[\d+\])? [0-9a-f]+)?\n)*$/);
    }
    const refused = run([process.execPath, program('ifconfig-l2tp'), '-n', '--abi', 'vax', 'l2tp0']);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /^ifconfig: --abi: vax is none of amd64 /);
  });
});
