/** Round trips of a 64-byte frame from X to Y and back, through both ends twice. */
import { LineProgram, output } from '../children';
import type { Figure, Measurement, Scene } from '../measurement';
import { quantile } from '../statistics';
import { macOf, throughTunnel, Traffic } from '../traffic';

/** Microseconds from ping to ping. */
const interval = 300;

/** The other traffic of a loaded tunnel: far below what every contestant carries, so that all have the same. */
const load = { length: 1400, rate: 10_000 } as const;

/** Microseconds from what `packets ping` prints, unanswered ones left out; throws if none was answered. */
export function parsePings(text: string): number[] {
  const times = text
    .trim()
    .split('\n')
    .map(Number)
    .filter((time) => time >= 0);
  if (times.length === 0) throw new Error('no ping was answered');
  return times.map((time) => time / 1000);
}

async function pings({ topology, programs, pace }: Scene): Promise<number[]> {
  const packets = programs.path('packets');
  const echo = await new LineProgram(topology.y, [packets, 'echo', 'wm0']).ready();
  try {
    const words = [macOf(topology.y, 'wm0'), String(pace.pings), String(interval)];
    return parsePings(await output(topology.x, [packets, 'ping', 'wm0', ...words]));
  } finally {
    await echo.end();
  }
}

async function loaded(scene: Scene): Promise<number[]> {
  const { topology, programs, pace } = scene;
  const traffic = await Traffic.open(programs, throughTunnel(topology.x, topology.y));
  try {
    // Longer than the pings take; it is ended with them.
    const sending = traffic.send(load.length, load.rate, pace.pings * interval).catch(() => undefined);
    const times = await pings(scene);
    await traffic.close();
    await sending;
    return times;
  } finally {
    await traffic.close();
  }
}

function latency(name: string, label: string, measure: (scene: Scene) => Promise<number[]>): Measurement {
  const figure = (part: 'p50' | 'p99'): Figure => ({
    name: `${name}-${part}`,
    label: `${label}, ${part}`,
    unit: 'us',
    better: 'less',
  });
  return {
    name,
    outer: 'ipv4',
    figures: [figure('p50'), figure('p99')],
    async measure(scene) {
      const times = await measure(scene);
      return { [`${name}-p50`]: quantile(times, 0.5), [`${name}-p99`]: quantile(times, 0.99) };
    },
  };
}

export const latencyMeasurements: readonly Measurement[] = [
  latency('latency', 'round trip', pings),
  latency('latency-loaded', 'round trip beside 10,000 frames of 1400 bytes a second', loaded),
];
