import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { firstMissing } from '../../src/demo/requirements';

/** Calls `check` with a directory that holds just these commands. */
function withCommands(commands: readonly string[], check: (path: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'demo-path-'));
  try {
    for (const command of commands) {
      const { stdout } = spawnSync('sh', ['-c', `command -v ${command}`], { encoding: 'utf8' });
      symlinkSync(stdout.trim(), join(directory, command));
    }
    check(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('what is missing', () => {
  it('is said in one line with the package that has it', () => {
    withCommands([], (PATH) => {
      assert.equal(firstMissing({ PATH }), 'the command ip is missing: apt-get install iproute2');
    });
    withCommands(['true'], (PATH) => {
      symlinkSync('/bin/true', join(PATH, 'ip'));
      assert.equal(firstMissing({ PATH }), 'the command ping is missing: apt-get install iputils-ping');
    });
  });

  it('is a bridge where the kernel makes none', { skip: process.getuid?.() !== 0 && 'needs root' }, () => {
    withCommands(['true', 'false'], (PATH) => {
      symlinkSync('/bin/true', join(PATH, 'ping'));
      symlinkSync('/bin/false', join(PATH, 'ip'));
      assert.equal(firstMissing({ PATH }), 'the kernel makes no bridge: modprobe bridge');
    });
  });
});
