/** Whether packets may be sent from an address. */
import type { TunnelAddresses } from './datapath';
import { Arena } from './memory';
import { layoutOf, writeName } from './socket-address';
import * as system from './system-calls';

const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;

/** Whether the tunnel's local end is an address of this host: whether bind(2) takes it. */
export function isLocalAddress(tunnel: TunnelAddresses): boolean {
  const { family, nameLength } = layoutOf(tunnel);
  const name = new Arena(nameLength);
  writeName(name.view, 0, tunnel, 'local');
  const socket = system.socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return false;
  const bound = system.bind(socket, name.bytes, nameLength);
  system.close(socket);
  return bound === 0;
}
