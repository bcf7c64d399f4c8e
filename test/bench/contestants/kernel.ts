/** What the Linux kernel itself has: VXLAN, and L2TPv3 where the module is. */
import { run, type Namespace } from '../../system/lab';
import type { Contestant, RunningEnd } from '../contestant';
import { tunnelDevice, type TunnelEnd } from '../topology';

/** What removes a device, and then does `undo`. */
function device(host: Namespace, undo: () => void = () => undefined): Promise<RunningEnd> {
  return Promise.resolve({
    pid: undefined,
    stop() {
      host.ip('link', 'del', tunnelDevice);
      undo();
      return Promise.resolve();
    },
  });
}

function vxlan({ host, local, remote }: TunnelEnd): void {
  const tunnel = ['type', 'vxlan', 'id', '1', 'local', local, 'remote', remote, 'dstport', '4789'];
  host.ip('link', 'add', tunnelDevice, ...tunnel);
  host.ip('link', 'set', tunnelDevice, 'up');
}

/** How many segments a frame for the outer device may stand for; 1 makes the kernel cut them first. */
const segmentsOfOuterDevice = (host: Namespace, most: number): void => {
  host.ip('link', 'set', 'dev', 'wm0', 'gso_max_segs', String(most));
};

function noVxlan(): string | false {
  const probe = 'bench-probe';
  const made = run(['ip', 'link', 'add', probe, 'type', 'vxlan', 'id', '1', 'dstport', '4789']);
  if (made.status !== 0) return `this kernel has no vxlan: ${made.stderr.trim()}`;
  run(['ip', 'link', 'del', probe]);
  return false;
}

export const vxlanWhole: Contestant = {
  name: 'vxlan',
  label: 'kernel VXLAN, never segmented',
  reference: 'qemu',
  unavailable: noVxlan,
  start(end) {
    vxlan(end);
    return device(end.host);
  },
};

const unlimitedSegments = 65_535;

export const vxlanSegmented: Contestant = {
  name: 'vxlan-segmented',
  label: 'kernel VXLAN, segmented',
  reference: 'qemu',
  unavailable: noVxlan,
  start(end) {
    vxlan(end);
    segmentsOfOuterDevice(end.host, 1);
    return device(end.host, () => segmentsOfOuterDevice(end.host, unlimitedSegments));
  },
};

/** Ids of the tunnel in `ip l2tp`; static tunnels over IP do not send them. */
const tunnelId = '1';

export const kernelL2tp: Contestant = {
  name: 'kernel-l2tp',
  label: 'kernel L2TPv3 (ip l2tp)',
  reference: 'qemu',
  unavailable: () => (run(['ip', 'l2tp', 'show', 'tunnel']).status === 0 ? false : 'this kernel has no l2tp'),
  start({ host, local, remote, localSession, remoteSession }) {
    const ids = ['tunnel_id', tunnelId, 'peer_tunnel_id', tunnelId];
    host.ip('l2tp', 'add', 'tunnel', ...ids, 'encap', 'ip', 'local', local, 'remote', remote);
    const sessions = ['session_id', String(localSession), 'peer_session_id', String(remoteSession)];
    const session = ['name', tunnelDevice, 'tunnel_id', tunnelId, ...sessions, 'l2spec_type', 'none'];
    host.ip('l2tp', 'add', 'session', ...session);
    host.ip('link', 'set', tunnelDevice, 'mtu', '1500', 'up');
    return device(host, () => host.ip('l2tp', 'del', 'tunnel', 'tunnel_id', tunnelId));
  },
};
