import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { notifyReady } from '../../src/l2tpd/notify';
import { SystemCallError } from '../../src/linux/libc';
import { missingTool } from '../system/lab';

/** Prints the first datagram that comes to the socket of that name. */
const listener = `
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1].replace('@', chr(0), 1) if sys.argv[1][0] == '@' else sys.argv[1])
print('bound', flush=True)
print(s.recv(100))
`;

async function heard(path: string): Promise<string> {
  const child = spawn('python3', ['-c', listener, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => (text += String(chunk)));
  await once(child.stdout, 'data');
  notifyReady({ NOTIFY_SOCKET: path });
  await once(child, 'close');
  return text;
}

describe('the word to a service manager', () => {
  const skip = missingTool('python3') ? 'needs python3: apt-get install python3' : false;

  it('goes to a socket in the file system, or in none', { skip }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'l2tp-notify-'));
    const expected = "bound\nb'READY=1\\n'\n";
    assert.equal(await heard(join(directory, 'socket')), expected);
    assert.equal(await heard(`@l2tp-${randomBytes(6).toString('hex')}`), expected);
    rmSync(directory, { recursive: true });
  });

  it('is not sent where nobody waits', () => {
    notifyReady({});
    notifyReady({ NOTIFY_SOCKET: '' });
  });

  it('fails by name', () => {
    assert.throws(
      () => notifyReady({ NOTIFY_SOCKET: '/nowhere/socket' }),
      (error) => {
        assert.ok(error instanceof SystemCallError);
        assert.deepEqual([error.syscall, error.code], ['sendto', 'ENOENT']);
        return true;
      },
    );
    for (const path of ['x', '@', '/', 'vsock:2:1', `/${'x'.repeat(108)}`])
      assert.throws(() => notifyReady({ NOTIFY_SOCKET: path }), RangeError);
  });
});
