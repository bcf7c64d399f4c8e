/** Holds conversations with the emulated kernel, on a machine made of objects, a new one for each conversation. */
import { structs } from '../../native-structs';
import { brconfig } from '../../src/cli/brconfig';
import type { Context } from '../../src/cli/command';
import { dryRun } from '../../src/cli/dry-run-options';
import { ifconfig } from '../../src/cli/ifconfig';
import { DryRunKernel } from '../../src/ioctl/dry-run';
import type { Kernel } from '../../src/ioctl/kernel';
import { seamTo } from '../cli/emulated-kernel';
import { machine, type Machine } from '../kernel/process';
import {
  answerFor,
  emulatedRelease,
  type Caller,
  type Conversation,
  type Direction,
  type Exchange,
} from './conversation';
import { shortenIoctlLine } from './ioctl-lines';
import { namedAnswer, namedWords, type Names } from './placeholders';
import { differences, lineDifferences, type Result } from './result';
import { TranscriptError } from './parse';

const programs = { ifconfig, brconfig } as const;
const callers = { root: { uid: 0 }, user: { uid: 1000 } } as const;

/** What the Ethernet interfaces of the machine are called. */
export const emulatedNames: Names = new Map([
  ['ether0', 'wm0'],
  ['ether1', 'wm1'],
]);

/** What was asked of the kernel in one exchange. */
export interface Asked {
  /** As a dry run prints it. */
  readonly ioctls: readonly string[];
  /** ifd_cmd of the requests to bridges. */
  readonly bridgeCommands: readonly number[];
}

export interface Held {
  readonly exchange: Exchange;
  /** Lines that are not as expected; empty if all is well. */
  readonly differences: readonly string[];
  readonly asked: Asked;
}

/** Hands on every request to `kernel` and writes down a copy of it. */
function recording(kernel: Kernel): { readonly kernel: Kernel; readonly asked: Asked } {
  const ioctls: string[] = [];
  const bridgeCommands: number[] = [];
  const printer = new DryRunKernel({
    abi: kernel.abi,
    release: { major: emulatedRelease, minor: 0 },
    verbose: false,
    print: (text) => ioctls.push(text.trimEnd()),
  });
  const ifdrv = structs(kernel.abi, 'ifdrv');
  return {
    asked: { ioctls, bridgeCommands },
    kernel: {
      abi: kernel.abi,
      async ioctl(domain, request, argument, pointees = []) {
        const before = ioctls.length;
        const copies = pointees.map(({ at, memory }) => ({ at, memory: Buffer.from(memory) }));
        await printer.ioctl(domain, request, Buffer.from(argument), copies);
        if (ioctls[before]?.includes('DRVSPEC')) bridgeCommands.push(Number(ifdrv.at(argument).ifd_cmd));
        await kernel.ioctl(domain, request, argument, pointees);
      },
      getifaddrs: () => kernel.getifaddrs(),
      close: () => kernel.close(),
    },
  };
}

/** Loopback and the conversation's Ethernet interfaces, each down and with a link-layer address that tells its place. */
function machineFor({ interfaces, place }: Conversation): Machine {
  return machine([
    { name: 'lo0', kind: 'loopback', up: true },
    ...interfaces.map((placeholder, index) => {
      const name = emulatedNames.get(placeholder);
      if (name === undefined) throw new TranscriptError(place, `no such interface: ${placeholder}`);
      return { name, address: Uint8Array.of(2, 0, 0, 0, 0, index + 1) };
    }),
  ]);
}

/** Runs `words` as the command's process would. */
async function execute(
  exchange: Exchange,
  words: readonly string[],
  kernel: Kernel,
  hosts: Conversation['hosts'],
): Promise<Result> {
  let stdout = '';
  let stderr = '';
  const context: Context = {
    kernel: () => Promise.resolve(kernel),
    stdout: { write: (text) => void (stdout += text) },
    stderr: { write: (text) => void (stderr += text) },
    resolveHost: (host) => Promise.resolve(hosts.get(host) ?? []),
  };
  const run = programs[exchange.program];
  if (words[0] !== '-n') return { status: await run(words, context), stdout, stderr };
  const dry = dryRun(words, (text) => context.stdout.write(text));
  const status = await run(dry.words, { ...context, kernel: () => Promise.resolve(dry.kernel) });
  return { status, stdout, stderr };
}

/** A stage direction: `counters`, `learn` or `carrier`. */
function direct({ words, place }: Direction, { host, datapath }: Machine): void {
  const [name, target = '', ...values] = words.map((word) =>
    word.replace(/^\{(\w+)\}$/, (whole, placeholder: string) => emulatedNames.get(placeholder) ?? whole),
  );
  const counters = (): Record<string, bigint> =>
    Object.fromEntries(
      values.map((value): [string, bigint] => {
        const [key = '', count = ''] = value.split('=');
        return [key, BigInt(count)];
      }),
    );
  if (name === 'counters' && target.startsWith('l2tp'))
    datapath.setCounters(datapath.named(target).id, counters());
  else if (name === 'counters') host.setCounters(target, counters());
  else if (name === 'learn')
    host.learn(
      target,
      Uint8Array.from((values[0] ?? '').split(':'), (octet) => parseInt(octet, 16)),
      Number(values[1]),
    );
  else if (name === 'carrier') host.setCarrier(target, values[0] === 'on');
  else throw new TranscriptError(place, `no such direction: ${words.join(' ')}`);
}

/** Holds the whole conversation, whatever is wrong on the way. */
export async function hold(conversation: Conversation): Promise<readonly Held[]> {
  const stage = machineFor(conversation);
  const seam = (caller: Caller) => seamTo(stage.kernel, callers[caller]);
  const held: Held[] = [];
  for (const step of conversation.steps) {
    if (step.kind === 'direction') {
      direct(step, stage);
      continue;
    }
    const answer = answerFor(step, { kind: 'emulated' });
    if (!answer) continue;
    const { kernel, asked } = recording(seam(step.caller));
    const result = await execute(step, namedWords(step, emulatedNames), kernel, conversation.hosts);
    held.push({
      exchange: step,
      asked,
      differences: [
        ...differences(namedAnswer(answer, emulatedNames), result),
        ...(answer.ioctls ? lineDifferences('!', answer.ioctls, asked.ioctls).map(shortenIoctlLine) : []),
      ],
    });
  }
  await stage.kernel.shutdown();
  return held;
}
