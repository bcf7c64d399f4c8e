import { test } from 'node:test';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as uapi from '../../src/linux/uapi';
import { missingTool, must, run } from '../system/lab';

const headers = [
  'sys/socket.h',
  'sys/ioctl.h',
  'fcntl.h',
  'poll.h',
  'stdio.h',
  'linux/if.h',
  'linux/if_arp.h',
  'linux/rtnetlink.h',
  'linux/if_tun.h',
  'linux/if_ether.h',
  'linux/xfrm.h',
];

function cannotCompile(): string | false {
  if (missingTool('cc')) return 'needs a C compiler: apt-get install gcc libc6-dev';
  const input = headers.map((header) => `#include <${header}>\n`).join('');
  const { status } = run(['cc', '-D_GNU_SOURCE', '-fsyntax-only', '-x', 'c', '-'], { input });
  return status === 0 ? false : 'needs the headers of Linux: apt-get install linux-libc-dev';
}

test('every number is that of /usr/include', { skip: cannotCompile() }, () => {
  const directory = mkdtempSync(join(tmpdir(), 'uapi-'));
  try {
    const lines = Object.keys(uapi).map((name) => `printf("%s %lld\\n", "${name}", (long long)(${name}));`);
    const source = [...headers.map((header) => `#include <${header}>`), 'int main(void) {', ...lines, '}'];
    const program = join(directory, 'uapi');
    writeFileSync(`${program}.c`, source.join('\n'));
    must(['cc', '-D_GNU_SOURCE', '-o', program, `${program}.c`]);
    const printed = must([program]).trimEnd().split('\n');
    assert.deepEqual(
      printed,
      Object.entries(uapi).map(([name, value]) => `${name} ${value}`),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});
