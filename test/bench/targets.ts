/** What this project means to reach, and whether a run says that it does. */
import { roundsOf, type Results } from './results';
import { median, present, ratio } from './statistics';

interface Target {
  readonly text: string;
  readonly figure: string;
  /** Whose figure; this project's own by default. */
  readonly of?: string;
  /** The contestant, or the figure, that it is measured by; without both the value itself counts. */
  readonly against?: { readonly contestant: string } | { readonly figure: string };
  readonly limit: { readonly atLeast: number } | { readonly atMost: number };
}

const versus = (contestant: string) => ({ contestant });

export const targets: readonly Target[] = [
  { text: 'TCP, of QEMU', figure: 'tcp', against: versus('qemu'), limit: { atLeast: 2.4 } },
  { text: 'TCP, of QEMU (aim)', figure: 'tcp', against: versus('qemu'), limit: { atLeast: 4 } },
  {
    text: 'TCP, of the same design in C',
    figure: 'tcp',
    against: versus('offload-c'),
    limit: { atLeast: 0.9 },
  },
  {
    text: 'TCP over UDP, of QEMU with UDP',
    figure: 'tcp',
    of: 'ours-udp',
    against: versus('qemu-udp'),
    limit: { atLeast: 5 },
  },
  ...(['flood', 'lossless'] as const).flatMap((kind): readonly Target[] => {
    const text = kind === 'flood' ? '64-byte frames, flat out' : '64-byte frames without loss';
    const figure = `packets64-${kind}`;
    return [
      { text: `${text}, of QEMU`, figure, against: versus('qemu'), limit: { atLeast: 1.6 } },
      { text: `${text}, of naive C`, figure, against: versus('naive-c'), limit: { atLeast: 0.95 } },
    ];
  }),
  ...(['p50', 'p99'] as const).map((part): Target => ({
    text: `round trip ${part}, of QEMU`,
    figure: `latency-${part}`,
    against: versus('qemu'),
    limit: { atMost: 1 },
  })),
  { text: 'idle, ms of processor time a second', figure: 'idle', limit: { atMost: 0.5 } },
  { text: 'memory, MB resident', figure: 'rss', limit: { atMost: 80 } },
  {
    text: '`ifconfig-l2tp l2tp0`, of `node -e 0`',
    figure: 'startup-command',
    against: { figure: 'startup-node' },
    limit: { atMost: 1.15 },
  },
  {
    text: '1,000 sessions, of one',
    figure: 'sessions-1000-spread',
    against: { figure: 'sessions-1' },
    limit: { atLeast: 0.9 },
  },
];

export interface Verdict {
  readonly text: string;
  /** Such as ">= 2.4". */
  readonly limit: string;
  /** NaN if it was not measured. */
  readonly value: number;
  readonly reached: boolean;
}

export function judge(results: Results): readonly Verdict[] {
  return targets.map(({ text, figure, of = 'ours', against, limit }) => {
    const rounds = roundsOf(results, figure, of);
    let value = median(present(rounds));
    if (against) {
      const base =
        'figure' in against
          ? roundsOf(results, against.figure, of)
          : roundsOf(results, figure, against.contestant);
      value = ratio(rounds, base);
    }
    return 'atLeast' in limit
      ? { text, limit: `>= ${limit.atLeast}`, value, reached: value >= limit.atLeast }
      : { text, limit: `<= ${limit.atMost}`, value, reached: value <= limit.atMost };
  });
}
