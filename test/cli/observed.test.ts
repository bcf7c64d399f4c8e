/**
 * What ifconfig of a real NetBSD printed (test/data/observed-ifconfig.txt), step by step, printed again by ours
 * against the emulated kernel.
 *
 * That ifconfig was of 2016 on a kernel of NetBSD 8; we are NetBSD 10. Where the two differ, and where this project
 * does otherwise on purpose, a step has an entry in `deviations`.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { suite, test } from 'node:test';
import { ifconfigUsage } from '../../src/cli/ifconfig-usage';
import { inOneOrder } from '../conversations/result';
import { machine } from '../kernel/process';
import { seamTo } from './emulated-kernel';
import { run } from './run';
import { readTranscript, type Step } from './transcript';

const file = join(process.cwd(), 'test', 'data', 'observed-ifconfig.txt');

interface Deviation {
  readonly why: string;
  readonly output: readonly string[];
  /** The observed one if not given. */
  readonly status?: number;
}

/** By the command, with ` -> ` and the first line of its output where the command alone comes more often. */
const deviations = new Map<string, Deviation>([
  [
    'ifconfig -a',
    {
      why: "NetBSD 10's form of addresses; the interfaces are Linux's, whose loopback has no link-local address",
      output: [
        'lo0: flags=0x49<UP,LOOPBACK,RUNNING> mtu 65536',
        '\tinet 127.0.0.1/8 flags 0',
        '\tinet6 ::1/128 flags 0',
      ],
    },
  ],
  ['ifconfig -C', { why: 'only what this project can create', output: ['bridge l2tp'] }],
  [
    'ifconfig l2tp0 cookie 3 1 4 2',
    {
      why: 'both lengths have to be 4 or 8',
      output: ['ifconfig: exec_matches: Invalid argument'],
      status: 1,
    },
  ],
  [
    'ifconfig l2tp0 -> l2tp0: flags=0x88d0<POINTOPOINT,RUNNING,NOARP,SIMPLEX,MULTICAST> mtu 1280',
    {
      why: 'those cookies were refused',
      output: [
        'l2tp0: flags=0x88d0<POINTOPOINT,RUNNING,NOARP,SIMPLEX,MULTICAST> mtu 1280',
        '\ttunnel inet 10.0.0.1 --> 10.0.0.2',
        '\tlocal-session-id: 7',
        '\tremote-session-id: 8',
      ],
    },
  ],
]);

const usage = ['(the usage text, on stderr)', '(usage on stderr)'];

/** NetBSD 10's -v tells the link's state before the counters. */
function withLinkState(command: string, output: readonly string[]): readonly string[] {
  if (!command.includes(' -v ')) return output;
  return output.flatMap((line) => (line.startsWith('\tinput:') ? ['\tlinkstate: up', line] : [line]));
}

/** The shell's words; a quoted leading blank is written with two blanks in the transcript. */
const words = (command: string): string[] =>
  command
    .split(' ')
    .slice(1)
    .reduce<string[]>((list, word, index, all) => {
      if (word === '') return list;
      return [...list, all[index - 1] === '' ? ` ${word}` : word];
    }, []);

async function replay(steps: readonly Step[]): Promise<void> {
  const { kernel } = machine([{ name: 'lo0', kind: 'loopback', up: true }]);
  const seam = seamTo(kernel);
  for (const step of steps) {
    const deviation =
      deviations.get(step.command) ?? deviations.get(`${step.command} -> ${step.output[0] ?? ''}`);
    const expected = deviation?.output ?? withLinkState(step.command, inOneOrder(step.output));
    const usageWanted = usage.includes(expected[0] ?? '');
    const result = await run(seam, words(step.command));
    const output = result.stdout + result.stderr;
    assert.equal(
      `${output}rc ${result.status}`,
      `${usageWanted ? ifconfigUsage() : expected.map((line) => `${line}\n`).join('')}rc ${deviation?.status ?? step.status}`,
      step.command,
    );
    const toStdout = output === '' || (result.status === 0 && !/^ifconfig: /m.test(output));
    assert.equal(toStdout ? result.stderr : result.stdout, '', `${step.command}: the other stream`);
  }
}

suite('the observed transcript of ifconfig', () => {
  for (const part of [2, 4]) test(`part ${part}`, () => replay(readTranscript(file, part)));
});
