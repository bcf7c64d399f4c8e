/** What processes and the machine have used, from /proc (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

/** Nanoseconds in a clock tick of /proc/stat; USER_HZ is 100 on every Linux that node runs on. */
const tick = 10_000_000;

/** Processor time of all threads that these processes have, user and system, in nanoseconds. */
export function processTime(pids: readonly number[]): number {
  let sum = 0;
  for (const pid of pids) {
    for (const task of readdirSync(`/proc/${pid}/task`)) {
      sum += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'latin1').split(' ')[0]);
    }
  }
  return sum;
}

export interface MachineTime {
  /** In nanoseconds, summed over all processors: not idle, and taken away by the hypervisor. */
  readonly busy: number;
  readonly stolen: number;
  /** Everything, idle time too. */
  readonly total: number;
}

/** The `cpu` line of /proc/stat. */
export function parseMachineTime(text: string): MachineTime {
  const [line = ''] = text.split('\n');
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, soft = 0, stolen = 0] = line
    .split(/\s+/)
    .slice(1)
    .map((ticks) => Number(ticks) * tick);
  const busy = user + nice + system + irq + soft;
  return { busy, stolen, total: busy + stolen + idle + wait };
}

export const machineTime = (): MachineTime => parseMachineTime(readFileSync('/proc/stat', 'latin1'));

/** Resident memory of a process, in bytes: `rss` whole, `pss` with shared pages divided among those that share them. */
export function memory(pid: number): { readonly rss: number; readonly pss: number } {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
  const field = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(text)?.[1]) * 1024;
  return { rss: field('Rss'), pss: field('Pss') };
}
