import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { BootFileError, fileOf, longestFile, namesIn, readTrusted } from '../../../src/l2tpd/boot/files';

/** Why files cannot be given to other users here, or false: root of a user namespace has no others. */
function cannotGiveAway(): string | false {
  const directory = mkdtempSync(join(tmpdir(), 'l2tp-boot-'));
  try {
    chownSync(directory, 7, 7);
    return false;
  } catch {
    return 'needs root';
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe('interface files', () => {
  let directory = '';
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'l2tp-boot-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (name: string, content: string | Uint8Array = 'up\n', mode = 0o644): string => {
    const path = fileOf(directory, name);
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  };
  const refuses = (read: () => unknown, code: BootFileError['code'], message: string) =>
    assert.throws(read, (error) => {
      assert.ok(error instanceof BootFileError);
      assert.deepEqual([error.code, error.message], [code, message]);
      return true;
    });
  const refusesFile = (path: string, code: BootFileError['code'], reason: string) =>
    refuses(() => readTrusted(path), code, `${path}: ${reason}`);

  it('are those whose names begin with ifconfig.', () => {
    for (const name of ['l2tp0', 'l2tp0~', 'bridge0.bak']) write(name);
    for (const name of ['ifconfig', 'rc.conf', 'xifconfig.l2tp1']) writeFileSync(join(directory, name), '');
    assert.deepEqual([...namesIn(directory)].sort(), ['bridge0.bak', 'l2tp0', 'l2tp0~']);
    assert.equal(fileOf('/etc', 'l2tp0'), '/etc/ifconfig.l2tp0');
    assert.equal(fileOf('/etc/', 'l2tp0'), '/etc/ifconfig.l2tp0');
  });

  it('are read byte by byte', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    assert.deepEqual(Buffer.from(readTrusted(write('l2tp0', bytes)), 'latin1'), Buffer.from(bytes));
    const link = fileOf(directory, 'l2tp1');
    symlinkSync(write('l2tp0'), link);
    assert.equal(readTrusted(link), 'up\n');
  });

  it('must be there, regular, and of a sensible size', () => {
    refusesFile(fileOf(directory, 'l2tp0'), 'unreadable', 'cannot be read (ENOENT)');
    mkdirSync(fileOf(directory, 'l2tp1'));
    refusesFile(fileOf(directory, 'l2tp1'), 'not-a-file', 'not a regular file');
    symlinkSync('/dev/zero', fileOf(directory, 'l2tp2'));
    refusesFile(fileOf(directory, 'l2tp2'), 'not-a-file', 'not a regular file');
    const fifo = fileOf(directory, 'l2tp3');
    execFileSync('mkfifo', [fifo]);
    refusesFile(fifo, 'not-a-file', 'not a regular file');
    const loop = fileOf(directory, 'l2tp4');
    symlinkSync(loop, loop);
    refusesFile(loop, 'unreadable', 'cannot be read (ELOOP)');
    assert.equal(readTrusted(write('l2tp5', 'x'.repeat(longestFile))).length, longestFile);
    refusesFile(write('l2tp6', 'x'.repeat(longestFile + 1)), 'too-large', 'larger than 1 MiB');
  });

  it('must not be written by others', () => {
    const path = write('l2tp0', 'up\n', 0o646);
    refusesFile(path, 'distrusted', 'others may write to it');
    chmodSync(directory, 0o777);
    refuses(() => namesIn(directory), 'distrusted', `${directory}: others may write to it`);
  });

  it('must belong to root or the user', { skip: cannotGiveAway() }, () => {
    const path = write('l2tp0', 'up\n', 0o664);
    assert.equal(readTrusted(path), 'up\n');
    chownSync(path, 0, 7);
    refusesFile(path, 'distrusted', 'others may write to it');
    chmodSync(path, 0o644);
    assert.equal(readTrusted(path), 'up\n');
    chownSync(path, 7, 0);
    refusesFile(path, 'distrusted', 'belongs to user 7');
    chownSync(directory, 7, 0);
    refuses(() => namesIn(directory), 'distrusted', `${directory}: belongs to user 7`);
  });

  it('are in a directory', () => {
    const path = write('l2tp0');
    refuses(() => namesIn(path), 'not-a-directory', `${path}: not a directory`);
    refuses(() => namesIn(join(path, 'x')), 'unreadable', `${path}/x: cannot be read (ENOTDIR)`);
    refuses(() => namesIn('nul\0'), 'unreadable', 'nul\0: cannot be read (ERR_INVALID_ARG_VALUE)');
    refuses(() => namesIn(''), 'unreadable', ': cannot be read (ENOENT)');
  });
});
