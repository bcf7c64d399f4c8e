/** How many frames of one length come through: as fast as they can be sent, and at the highest rate without loss. */
import { losslessRate } from '../lossless';
import type { Measurement, Scene } from '../measurement';
import { throughTunnel, Traffic } from '../traffic';

/** A search begins above what arrived of a flood, since receiving a flood costs more than what arrives. */
const searchMargin = 1.5;

async function measure({ topology, programs, pace }: Scene, name: string, length: number) {
  const traffic = await Traffic.open(programs, throughTunnel(topology.x, topology.y));
  try {
    const flood = await traffic.send(length, 0, pace.floodMilliseconds);
    let reordered = flood.reordered;
    const lossless = await losslessRate(
      async (rate) => {
        const outcome = await traffic.send(length, rate, pace.trialMilliseconds);
        reordered += outcome.reordered;
        return { offered: rate, loss: outcome.loss, inTime: outcome.inTime };
      },
      flood.rate * searchMargin,
      pace.trialSteps,
    );
    return {
      [`${name}-lossless`]: lossless / 1000,
      [`${name}-flood`]: flood.rate / 1000,
      [`${name}-loss`]: flood.loss * 100,
      [`${name}-reordered`]: reordered,
    };
  } finally {
    await traffic.close();
  }
}

function packets(length: number): Measurement {
  const name = `packets${length}`;
  const label = `${length}-byte frames`;
  return {
    name,
    outer: 'ipv4',
    figures: [
      { name: `${name}-lossless`, label: `${label}, less than 0.1 % lost`, unit: 'kpps', better: 'more' },
      { name: `${name}-flood`, label: `${label}, flat out, received`, unit: 'kpps', better: 'more' },
      { name: `${name}-loss`, label: `${label}, flat out, lost`, unit: '%', better: 'less' },
      { name: `${name}-reordered`, label: `${label}, out of order`, unit: 'frames', better: 'less' },
    ],
    measure: (scene) => measure(scene, name, length),
  };
}

export const packetMeasurements: readonly Measurement[] = [packets(64), packets(1400)];
