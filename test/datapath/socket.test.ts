import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { describe, it } from 'node:test';
import { openSocket } from '../../src/datapath/socket';
import * as system from '../../src/datapath/system-calls';
import { SystemCallError } from '../../src/linux/libc';
import { AF_INET, AF_UNSPEC, SOCK_DGRAM } from '../../src/linux/uapi';

/** How many sockets this process has. */
const sockets = (): number =>
  readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith('socket:');
    } catch {
      return false; // the directory's own
    }
  }).length;

describe('openSocket', () => {
  it('returns what was made of the descriptor', () => {
    const before = sockets();
    const fd = openSocket(AF_INET, SOCK_DGRAM, 0, (opened) => opened);
    assert.equal(sockets(), before + 1);
    system.close(fd);
    assert.equal(sockets(), before);
  });

  it('closes it again if it cannot be made ready', () => {
    const before = sockets();
    const failure = new SystemCallError('bind', 98);
    assert.throws(
      () =>
        openSocket(AF_INET, SOCK_DGRAM, 0, () => {
          throw failure;
        }),
      (error) => error === failure,
    );
    assert.equal(sockets(), before);
  });

  it('throws what socket(2) says', () => {
    assert.throws(() => openSocket(AF_UNSPEC, SOCK_DGRAM, 0, (opened) => opened), { code: 'EAFNOSUPPORT' });
  });
});
