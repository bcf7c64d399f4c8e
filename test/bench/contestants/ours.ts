/** This project: its own commands and daemon, and its data path without offload. */
import { End, endConfig } from '../../datapath/end';
import { command, daemonPid, notBuilt, program, quietly } from '../../system/commands';
import { eventually, run, type Namespace } from '../../system/lab';
import type { Contestant, Ends, Running } from '../contestant';
import { tunnelDevice, type TunnelEnd } from '../topology';

/** UDP port of L2TP (RFC 3931, section 4.1.2). */
const port = 1701;

function configure({ host, local, remote, localSession, remoteSession }: TunnelEnd, suffix: string): number {
  quietly(host, `ifconfig ${tunnelDevice} create`);
  quietly(host, `ifconfig ${tunnelDevice} tunnel ${local}${suffix} ${remote}${suffix}`);
  quietly(host, `ifconfig ${tunnelDevice} session ${localSession} ${remoteSession}`);
  quietly(host, `ifconfig ${tunnelDevice} up`);
  const pid = daemonPid(host);
  if (pid === undefined) throw new Error('no l2tpd runs');
  return pid;
}

async function destroy(host: Namespace): Promise<void> {
  quietly(host, `ifconfig ${tunnelDevice} destroy`);
  // A daemon that was started by hand stays after its last interface.
  if (daemonPid(host) !== undefined) command(host, 'l2tpd --stop');
  await eventually('l2tpd has ended', () => daemonPid(host) === undefined);
}

function commands(ends: Ends, suffix = ''): Running {
  const pids = ends.map((end) => configure(end, suffix));
  return {
    pids,
    async stop() {
      for (const { host } of ends) await destroy(host);
    },
  };
}

const knowsUdp = (): boolean =>
  run([process.execPath, program('l2tpd'), '--help']).stdout.includes('--udp-ports');

export const ours: Contestant = {
  name: 'ours',
  label: 'this project',
  reference: 'qemu',
  unavailable: notBuilt,
  start: (ends) => Promise.resolve(commands(ends)),
};

export const oursPlain: Contestant = {
  name: 'ours-plain',
  label: 'this project, no offload',
  reference: 'qemu',
  unavailable: () => false,
  async start(ends) {
    const running: End[] = [];
    for (const { host, local, remote, localSession, remoteSession } of ends) {
      const end = new End(host);
      running.push(end);
      await end.tap(tunnelDevice, 1, 0);
      await end.set(endConfig(local, remote, localSession, remoteSession));
    }
    return {
      pids: running.map((end) => end.process.pid ?? 0),
      async stop() {
        for (const end of running) await end.close();
      },
    };
  },
};

export const oursUdp: Contestant = {
  name: 'ours-udp',
  label: 'this project, UDP',
  reference: 'qemu-udp',
  unavailable: () => notBuilt() || (knowsUdp() ? false : 'l2tpd has no --udp-ports'),
  start(ends) {
    for (const { host } of ends) host.must([process.execPath, program('l2tpd'), '--udp-ports']);
    return Promise.resolve(commands(ends, `,${port}`));
  },
};
