/** All measurements that are made of every contestant, in the order in which they are made. */
import type { Measurement } from '../measurement';
import { footprint } from './footprint';
import { latencyMeasurements } from './latency';
import { packetMeasurements } from './packets';
import { tcpMeasurements } from './tcp';

export const measurements: readonly Measurement[] = [
  ...latencyMeasurements,
  ...tcpMeasurements,
  ...packetMeasurements,
  footprint,
];
