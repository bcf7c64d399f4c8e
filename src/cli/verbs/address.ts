/**
 * The words around an interface's own address: the address itself, its netmask or destination, broadcast, alias.
 *
 * An action here only notes what it was told; address-change.ts asks the kernel after all actions of the line.
 */
import { AF_INET, IFF_BROADCAST, KernelError } from '../../../native-structs';
import { inetFamily } from '../address-family';
import { parsePrefixedAddress, prefixMask, type PrefixedAddress } from '../address-operand';
import { CommandError, orFail } from '../errors';
import { address, addressLookup, integer, toInt } from '../operands';
import { sendIfreq } from '../request';
import type { InetAddress } from '../socket-address';
import { modifier, verb, type Line, type Operand, type Target, type Verb, type VerbFamily } from '../verb';

async function isBroadcastInterface({ kernel, ifname }: Target, caller: string): Promise<boolean> {
  const flags = await orFail(`${caller}: getifflags`, sendIfreq(kernel, 'SIOCGIFFLAGS', ifname));
  return (flags.ifr_ifru.ifru_flags & IFF_BROADCAST) !== 0;
}

async function setBroadcast(target: Target, broadcast: InetAddress): Promise<void> {
  if (!(await isBroadcastInterface(target, 'setifbroadaddr')))
    throw new CommandError('not a broadcast interface');
  target.change.broadcast = broadcast;
}

/** The second address is the netmask of an interface with broadcasts, the other end of one without. */
async function setDestinationOrNetmask(target: Target, second: InetAddress): Promise<void> {
  const isNetmask = await isBroadcastInterface(target, 'setifdstormask');
  target.change[isNetmask ? 'netmask' : 'destination'] = second;
}

function netmaskOf(target: Target, length: number): InetAddress {
  const family = (target.family && inetFamily(target.family)) ?? AF_INET;
  const mask = prefixMask(family, length);
  if (!mask) throw new CommandError(`prefixlen_to_mask: ${new KernelError('EINVAL').message}`);
  return { family, address: mask, port: 0, scope: 0 };
}

function setAddress(target: Target, { address: { family }, prefixLength }: PrefixedAddress): void {
  if (prefixLength === null) return;
  const mask = prefixMask(family, prefixLength);
  if (!mask) throw new CommandError(`prefixlen_to_mask: ${new KernelError('EINVAL').message}`);
  // a netmask of its own, wherever it stands, outranks the prefix length
  target.change.netmask ??= { family, address: mask, port: 0, scope: 0 };
}

const prefixedAddress: Operand<PrefixedAddress> = (word, { session, line }) => {
  const family = line.family && inetFamily(line.family);
  if (line.family && !family) return null;
  return parsePrefixedAddress(word, family, addressLookup(session));
};

/** `alias`, `-alias` and `delete` exclude each other and themselves. */
function noteAlias(line: Line, alias: boolean): boolean {
  if (line.alias !== null) return false;
  line.alias = alias;
  return true;
}

export const interfaceAddress: VerbFamily = {
  verbs: [
    modifier(['alias'], [], (line) => noteAlias(line, true)),
    modifier(['-alias', 'delete'], [], (line) => noteAlias(line, false)),
    verb(
      ['netmask'],
      [address],
      ({ change }, netmask) => {
        change.netmask = netmask;
      },
      (line) => (line.secondAddress = true),
    ),
    verb(['prefixlen'], [integer()], (target, length) => {
      target.change.netmask = netmaskOf(target, toInt(length));
    }),
    verb(['broadcast'], [address], setBroadcast, (line) => (line.broadcast = true)),
  ],
  usage: ['[ alias | -alias | delete ] [ netmask mask ] [ prefixlen n ] [ broadcast addr ]'],
};

/** `preference n` is a word only behind the address. */
export const preference: Verb = modifier(['preference'], [integer(-0x8000n, 0x7fffn)], (line, value) => {
  line.preference = toInt(value);
  return true;
});

const firstAddress = verb([], [prefixedAddress], setAddress, (line, value) => {
  line.address = value;
  return true;
});
const secondAddress = verb([], [address], setDestinationOrNetmask, (line) => (line.secondAddress = true));
const thirdAddress = verb([], [address], setBroadcast, (line) => (line.broadcast = true));

/** What a word that is no verb can be, in this order: the address, the destination or netmask, the broadcast address. */
export function addressPositions(line: Line): readonly Verb[] {
  const positions: Verb[] = [];
  if (!line.address) positions.push(firstAddress);
  if (line.address && !line.secondAddress) positions.push(secondAddress);
  if (line.secondAddress && !line.broadcast) positions.push(thirdAddress);
  return positions;
}
