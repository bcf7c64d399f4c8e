/**
 * What ifconfig(8) and brconfig(8) of a real NetBSD printed (test/data/observed-brconfig.txt), step by step: ours, on
 * the emulated kernel, on a machine made of objects and on Linux in a namespace of its own.
 */
import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import { brconfig } from '../../src/cli/brconfig';
import { usage } from '../../src/cli/brconfig-verbs';
import { ifconfig } from '../../src/cli/ifconfig';
import type { EmulatedKernel } from '../../src/kernel/contract';
import type { Host } from '../../src/kernel/host';
import { makeKernel } from '../../src/kernel/kernel';
import { linuxHost } from '../../src/kernel/linux/linux-host';
import { seamTo } from '../cli/emulated-kernel';
import { readTranscript } from '../cli/transcript';
import { FakeDatapath } from './fake-datapath';
import { FakeHost } from './fake-host';
import { cannotMakeTaps, enterNewNamespace, tool } from './linux/own-namespace';
import { MemoryLog } from './process';

const commands = { ifconfig, brconfig } as const;

/** Both streams, then the exit status. */
async function execute(kernel: EmulatedKernel, line: string): Promise<string> {
  const [name = '', ...argv] = line.split(' ');
  assert(name === 'ifconfig' || name === 'brconfig');
  let text = '';
  const output = { write: (more: string) => void (text += more) };
  const context = { kernel: () => Promise.resolve(seamTo(kernel)), stdout: output, stderr: output };
  const status = await commands[name](argv, context);
  return `${text}rc ${status}\n`;
}

// Ethernet over a shared file is the rump kernel's alone.
const steps = readTranscript('test/data/observed-brconfig.txt', 5).filter(
  ({ command }) => !command.includes('linkstr'),
);

/** The transcript's output as ours has to be: of the status of NetBSD 10, whose blocks come in another order. */
function expectation(command: string, output: readonly string[], status: number): string {
  const lines = output.flatMap((line) =>
    line === '(usage on stderr)' ? usage().trimEnd().split('\n') : [line],
  );
  if (command.startsWith('ifconfig')) {
    const tunnel = lines.filter((line) => line.startsWith('\ttunnel'));
    const rest = lines.filter((line) => !line.startsWith('\ttunnel'));
    lines.splice(0, lines.length, ...rest.slice(0, 1), ...tunnel, ...rest.slice(1));
  }
  // snprintb(3) of NetBSD 10 writes no 0x before a zero
  const text = lines.map((line) => `${line.replace('flags=0x0 ', 'flags=0 ')}\n`).join('');
  return `${text}rc ${status}\n`;
}

/** What l2tp0 was when part 5 of the observation began. */
const l2tp0 = [
  'ifconfig l2tp0 create',
  'ifconfig l2tp0 tunnel 10.0.0.1 10.0.0.2 session 7 8 cookie 4 1 4 2',
  'ifconfig l2tp0 -arp',
];

/** Replays everything; `addCard` makes shmif0, as the third interface. */
async function replay(host: Host, addCard: () => void): Promise<void> {
  const kernel = makeKernel({ host, datapath: new FakeDatapath(), log: new MemoryLog() });
  for (const command of l2tp0) assert.equal(await execute(kernel, command), 'rc 0\n', command);
  addCard();
  for (const { command, output, status } of steps)
    assert.equal(await execute(kernel, command), expectation(command, output, status), `$ ${command}`);
  await kernel.shutdown();
}

test('on a machine made of objects', async () => {
  const host = new FakeHost([{ name: 'lo0', kind: 'loopback', up: true }]);
  await replay(host, () => host.plug({ name: 'shmif0' }));
});

suite('on Linux', { skip: cannotMakeTaps }, () => {
  let host: Host;
  before(() => {
    enterNewNamespace();
    tool('ip link set lo name lo0');
    host = linuxHost();
  });

  test('the same, and nothing is left', async () => {
    await replay(host, () => {
      tool('ip link add shmif0 index 3 type veth peer name peer index 4');
      for (const end of ['shmif0', 'peer']) tool(`ip link set ${end} addrgenmode none`);
      tool('ip link set peer up');
    });
    const left = host.links().map(({ name }) => name);
    assert.deepEqual(left.sort(), ['lo0', 'peer', 'shmif0']);
    host.close();
  });
});
