/** A network namespace for the test process itself, which goes when the process does: the Host works on its own one. */
import { existsSync } from 'node:fs';
import { check, libc } from '../../../src/linux/libc';
import { cannotMakeNamespaces, missingTool, must } from '../../system/lab';

const CLONE_NEWNS = 0x20000;
const CLONE_NEWNET = 0x40000000;

const unshare: (flags: number) => number = libc.func('int unshare(int flags)');

/** node:test's skip reason, or false. */
export const cannotHaveNamespace: string | false =
  cannotMakeNamespaces() || (missingTool('bridge') ? 'needs bridge(8) of iproute2' : false);

export const cannotMakeTaps: string | false =
  cannotHaveNamespace || (existsSync('/dev/net/tun') ? false : 'needs /dev/net/tun: modprobe tun');

/** For good. Children are in it too. */
export function enterNewNamespace(): void {
  check('unshare', unshare(CLONE_NEWNET));
}

/** A mount namespace whose mounts nobody else sees; for good, and for children. */
export function enterNewMounts(): void {
  check('unshare', unshare(CLONE_NEWNS));
  tool('mount --make-rprivate /');
}

/** Runs ip(8) or another tool with words parted by blanks, and gives its output. */
export const tool = (line: string): string => must(line.split(' '));

/** An Ethernet link with its cable in, without addresses of its own; the other end is called NAME-peer. */
export function makeCard(name: string): void {
  tool(`ip link add ${name} type veth peer name ${name}-peer`);
  tool(`ip link set ${name} addrgenmode none`);
  tool(`ip link set ${name}-peer addrgenmode none up`);
}
