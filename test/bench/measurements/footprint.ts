/** What one end costs while it does nothing, and its memory after traffic. */
import { setTimeout } from 'node:timers/promises';
import type { Measurement } from '../measurement';
import { memory, processTime } from '../usage';

const mebibyte = 1 << 20;

export const footprint: Measurement = {
  name: 'footprint',
  outer: 'ipv4',
  figures: [
    { name: 'idle', label: 'idle, processor time of one end', unit: 'ms/s', better: 'less' },
    { name: 'rss', label: 'memory of one end, resident', unit: 'MB', better: 'less' },
    { name: 'pss', label: 'memory of one end, its share (PSS)', unit: 'MB', better: 'less' },
  ],
  async measure({ pids, pace }) {
    const [pid] = pids;
    if (pid === undefined) return {};
    const before = processTime(pids);
    const begin = performance.now();
    await setTimeout(pace.idleMilliseconds);
    const seconds = (performance.now() - begin) / 1000;
    const used = (processTime(pids) - before) / 1e6 / pids.length;
    const { rss, pss } = memory(pid);
    return { idle: used / seconds, rss: rss / mebibyte, pss: pss / mebibyte };
  },
};
