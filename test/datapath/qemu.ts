/** QEMU without a guest as a tunnel end: its l2tpv3 back end joined to a TAP device by a hub. */
import { existsSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import type { Namespace } from '../system/lab';

export interface QemuOptions {
  readonly local: string;
  readonly remote: string;
  readonly localSession: number;
  readonly remoteSession: number;
  /** In UDP, from and to these ports. */
  readonly udp?: { readonly local: number; readonly remote: number };
  /** Cookies as numbers, both of 8 bytes or both `short`, of 4; or none. */
  readonly cookies?: { readonly local: string; readonly remote: string; readonly short?: boolean };
}

/** Starts it in `host`, with a TAP device of the given name; the promise resolves when the device is there. */
export async function startQemu(host: Namespace, tap: string, options: QemuOptions): Promise<ChildProcess> {
  const { local, remote, localSession, remoteSession, udp, cookies } = options;
  const l2tpv3 = [
    'l2tpv3,id=wire',
    `src=${local},dst=${remote}`,
    `rxsession=${localSession},txsession=${remoteSession}`,
    ...(local.includes(':') ? ['ipv6=on'] : []),
    ...(udp ? [`udp=on,srcport=${udp.local},dstport=${udp.remote}`] : []),
    ...(cookies ? [`rxcookie=${cookies.local},txcookie=${cookies.remote}`] : []),
    // QEMU 7.2 takes cookie64=off for on as well, so it is left out for short ones.
    ...(cookies && !cookies.short ? ['cookie64=on'] : []),
  ];
  const child = host.start([
    ...['qemu-system-x86_64', '-M', 'none', '-nodefaults', '-display', 'none'],
    ...['-netdev', l2tpv3.join(',')],
    ...['-netdev', `tap,id=lan,ifname=${tap},script=no,downscript=no`],
    ...['-netdev', 'hubport,id=port1,hubid=0,netdev=wire'],
    ...['-netdev', 'hubport,id=port2,hubid=0,netdev=lan'],
  ]);
  let stderr = '';
  child.stderr!.on('data', (text: Buffer) => (stderr += text.toString()));
  while (host.run(['ip', 'link', 'show', 'dev', tap]).status !== 0) {
    if (child.exitCode !== null) throw new Error(`qemu: ${stderr}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return child;
}

/** Whether QEMU is here, as node:test's skip reason. */
export function noQemu(): string | false {
  const path = (process.env.PATH ?? '').split(':');
  return path.some((directory) => existsSync(`${directory}/qemu-system-x86_64`))
    ? false
    : 'needs QEMU: apt-get install qemu-system-x86';
}
