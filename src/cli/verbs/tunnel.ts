/** tunnel and deletetunnel: the outer addresses. */
import { AF_INET, ioctlNumber, KernelError, structs } from '../../../native-structs';
import { CommandError, orFail } from '../errors';
import { toKernelName } from '../ifname';
import { address } from '../operands';
import { sendIndirect } from '../request';
import { decodeInet, embedScope, encodeInet, extractScope, isIpv6Multicast } from '../socket-address';
import type { InetAddress } from '../socket-address';
import { verb, type Status, type Target, type VerbFamily } from '../verb';

function check(source: InetAddress, destination: InetAddress): void {
  if (source.family !== destination.family)
    throw new CommandError('source and destination address families do not match');
  if (source.scope !== destination.scope) throw new CommandError('scope mismatch');
  if (isIpv6Multicast(source) || isIpv6Multicast(destination))
    throw new CommandError('tunnel src/dst is multicast');
}

async function setTunnel(
  { session, kernel, ifname }: Target,
  source: InetAddress,
  destination: InetAddress,
): Promise<void> {
  check(source, destination);
  const request = structs(kernel.abi, 'if_laddrreq');
  const argument = request.make({ iflr_name: toKernelName(ifname) });
  encodeInet(kernel.abi, embedScope(source)).copy(argument, request.fields.addr.offset);
  encodeInet(kernel.abi, embedScope(destination)).copy(argument, request.fields.dstaddr.offset);
  try {
    await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, 'SIOCSLIFPHYADDR'), argument);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    session.warn(`SIOCSLIFPHYADDR: ${error.message}`);
  }
}

async function describe(status: Status, end: InetAddress): Promise<string> {
  const address = extractScope(end);
  const port = end.port === 0 ? '' : `,${await status.formatPort(address)}`;
  return (await status.formatAddress(address)) + port;
}

async function tunnelStatus(status: Status): Promise<readonly string[]> {
  const { kernel, ifname } = status;
  const request = structs(kernel.abi, 'if_laddrreq');
  const argument = request.make({ iflr_name: toKernelName(ifname) });
  try {
    await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, 'SIOCGLIFPHYADDR'), argument);
  } catch (error) {
    if (error instanceof KernelError) return []; // no tunnel, or an interface that has none
    throw error;
  }
  const { addr, dstaddr } = request.fields;
  const source = decodeInet(kernel.abi, argument.subarray(addr.offset, addr.offset + addr.type.size));
  const destination = decodeInet(
    kernel.abi,
    argument.subarray(dstaddr.offset, dstaddr.offset + dstaddr.type.size),
  );
  const family = source ? (source.family === AF_INET ? 'inet' : 'inet6') : '???';
  const from = source ? await describe(status, source) : '';
  const to = destination ? await describe(status, destination) : '';
  return [`tunnel ${family} ${from} --> ${to}`];
}

export const tunnel: VerbFamily = {
  verbs: [
    verb(['tunnel'], [address, address], setTunnel),
    verb(['deletetunnel'], [], ({ kernel, ifname }) =>
      orFail('SIOCDIFPHYADDR', sendIndirect(kernel, 'SIOCDIFPHYADDR', ifname, null)),
    ),
  ],
  status: tunnelStatus,
  usage: ['[ [ af ] tunnel src_addr dest_addr ] [ deletetunnel ]'],
};
