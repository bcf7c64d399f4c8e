/** This project: its own commands and daemon, and its data path without offload. */
import { End, endConfig } from '../../datapath/end';
import { command, daemonPid, notBuilt, program, quietly } from '../../system/commands';
import { eventually, run, type Namespace } from '../../system/lab';
import type { Contestant, RunningEnd } from '../contestant';
import { tunnelDevice, type TunnelEnd } from '../topology';

/** UDP port of L2TP (RFC 3931, section 4.1.2). */
const port = 1701;

async function destroy(host: Namespace): Promise<void> {
  quietly(host, `ifconfig ${tunnelDevice} destroy`);
  // A daemon that was started by hand stays after its last interface.
  if (daemonPid(host) !== undefined) command(host, 'l2tpd --stop');
  await eventually('l2tpd has ended', () => daemonPid(host) === undefined);
}

function start(end: TunnelEnd, suffix = ''): Promise<RunningEnd> {
  const { host, local, remote, localSession, remoteSession } = end;
  quietly(host, `ifconfig ${tunnelDevice} create`);
  quietly(host, `ifconfig ${tunnelDevice} tunnel ${local}${suffix} ${remote}${suffix}`);
  quietly(host, `ifconfig ${tunnelDevice} session ${localSession} ${remoteSession}`);
  quietly(host, `ifconfig ${tunnelDevice} up`);
  return Promise.resolve({ pid: daemonPid(host), stop: () => destroy(host) });
}

const knowsUdp = (): boolean =>
  run([process.execPath, program('l2tpd'), '--help']).stdout.includes('--udp-ports');

export const ours: Contestant = {
  name: 'ours',
  label: 'this project',
  reference: 'qemu',
  unavailable: notBuilt,
  start: (end) => start(end),
};

export const oursPlain: Contestant = {
  name: 'ours-plain',
  label: 'this project, no offload',
  reference: 'qemu',
  unavailable: () => false,
  async start({ host, local, remote, localSession, remoteSession }) {
    const end = new End(host);
    await end.tap(tunnelDevice, 1, 0);
    await end.set(endConfig(local, remote, localSession, remoteSession));
    return {
      pid: end.process.pid,
      async stop() {
        await end.close();
      },
    };
  },
};

export const oursUdp: Contestant = {
  name: 'ours-udp',
  label: 'this project, UDP',
  reference: 'qemu-udp',
  unavailable: () => notBuilt() || (knowsUdp() ? false : 'l2tpd has no --udp-ports'),
  start(end) {
    end.host.must([process.execPath, program('l2tpd'), '--udp-ports']);
    return start(end, `,${port}`);
  },
};
