/** TCP from X to Y by iperf3, and what it costs in processor time. */
import { output, LineProgram } from '../children';
import type { Figure, Measurement, Scene } from '../measurement';
import { inner, type Family } from '../topology';
import { machineTime, processTime } from '../usage';

interface Transfer {
  readonly bitsPerSecond: number;
  readonly bytes: number;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return new Map<string, unknown>(Object.entries(value)).get(name);
}

/** The receivers' sums in iperf3's JSON: of one direction, or of both together. */
export function parseReport(text: string): Transfer {
  const end = member(JSON.parse(text), 'end');
  const sums = ['sum_received', 'sum_received_bidir_reverse'].map((name) => member(end, name));
  let bitsPerSecond = 0;
  let bytes = 0;
  for (const sum of sums) {
    if (sum === undefined) continue;
    bitsPerSecond += Number(member(sum, 'bits_per_second'));
    bytes += Number(member(sum, 'bytes'));
  }
  if (!(bytes > 0)) throw new Error(`iperf3 received nothing: ${text.slice(0, 200)}`);
  return { bitsPerSecond, bytes };
}

async function transfer({ topology, pace }: Scene, family: Family, options: readonly string[]) {
  const server = new LineProgram(topology.y, ['iperf3', '-s', '-1', '--forceflush']);
  try {
    await server.line();
    const seconds = String(pace.tcpSeconds);
    const words = ['iperf3', '-c', inner[family].y, '-t', seconds, '-J', '--connect-timeout', '3000'];
    return parseReport(await output(topology.x, [...words, ...options]));
  } finally {
    await server.end();
  }
}

interface Kind {
  readonly name: string;
  readonly label: string;
  readonly inner: Family;
  readonly outer: Family;
  readonly options: readonly string[];
}

/** The one whose cost is told too. */
const main: Kind = { name: 'tcp', label: 'TCP, one stream', inner: 'ipv4', outer: 'ipv4', options: [] };

const others: readonly Kind[] = [
  { ...main, name: 'tcp-four', label: 'TCP, four streams', options: ['-P', '4'] },
  { ...main, name: 'tcp-both', label: 'TCP, both directions at once, sum', options: ['--bidir'] },
  { ...main, name: 'tcp-inner6', label: 'TCP, IPv6 inside', inner: 'ipv6' },
  { ...main, name: 'tcp-outer6', label: 'TCP, IPv6 outside', outer: 'ipv6' },
];

const speed = ({ name, label }: Kind): Figure => ({ name, label, unit: 'Gbit/s', better: 'more' });

function plain(kind: Kind): Measurement {
  return {
    name: kind.name,
    outer: kind.outer,
    figures: [speed(kind)],
    async measure(scene) {
      const { bitsPerSecond } = await transfer(scene, kind.inner, kind.options);
      return { [kind.name]: bitsPerSecond / 1e9 };
    },
  };
}

const tcp: Measurement = {
  name: main.name,
  outer: main.outer,
  figures: [
    speed(main),
    { name: 'tcp-cpu', label: 'both ends, of processor time', unit: 'ms/Gbit', better: 'less' },
    { name: 'tcp-machine', label: 'the whole machine, of processor time', unit: 'ms/Gbit', better: 'less' },
  ],
  async measure(scene) {
    const { pids } = scene;
    const before = { ends: processTime(pids), machine: machineTime().busy };
    const { bitsPerSecond, bytes } = await transfer(scene, main.inner, main.options);
    const gigabits = (bytes * 8) / 1e9;
    const perGigabit = (nanoseconds: number): number => nanoseconds / 1e6 / gigabits;
    return {
      tcp: bitsPerSecond / 1e9,
      'tcp-machine': perGigabit(machineTime().busy - before.machine),
      ...(pids.length > 0 && { 'tcp-cpu': perGigabit(processTime(pids) - before.ends) }),
    };
  },
};

export const tcpMeasurements: readonly Measurement[] = [tcp, ...others.map(plain)];
