/**
 * The words around an interface's own address: the address itself, its netmask or destination, broadcast, alias.
 *
 * An action here only notes what it was told; address-change.ts asks the kernel after all actions of the line.
 */
import { AF_INET, IFF_BROADCAST, KernelError } from '../../../native-structs';
import { inetFamily, type Family } from '../address-family';
import { parsePrefixedAddress, prefixMask, type InetFamily, type PrefixedAddress } from '../address-operand';
import { CommandError, orFail } from '../errors';
import { parseLinkAddress } from '../link-address';
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

/** The mask of `length` bits. Throws CommandError if the family has fewer. */
function maskOf(family: InetFamily, length: number): InetAddress {
  const address = prefixMask(family, length);
  if (!address) throw new CommandError(`prefixlen_to_mask: ${new KernelError('EINVAL').message}`);
  return { family, address, port: 0, scope: 0 };
}

/** The mask of `length` bits for a line's family. Throws CommandError if it has fewer bits, or no masks. */
function netmaskOf(lineFamily: Family | null, length: number): InetAddress {
  const family = lineFamily === null ? AF_INET : inetFamily(lineFamily);
  if (family === null) throw new CommandError(`prefixlen_to_mask: ${new KernelError('EINVAL').message}`);
  return maskOf(family, length);
}

function setAddress(target: Target, { address: { family }, prefixLength }: PrefixedAddress): void {
  if (prefixLength === null) return;
  // NetBSD looks at the length once more as one of the line's family, which is inet unless it is named
  netmaskOf(target.family, prefixLength);
  const mask = maskOf(family, prefixLength);
  // a netmask of its own, wherever it stands, outranks the prefix length
  target.change.netmask ??= mask;
}

const prefixedAddress: Operand<PrefixedAddress> = async (word, { session, line }) => {
  const family = line.family && inetFamily(line.family);
  if (line.family && !family) return null;
  const parsed = await parsePrefixedAddress(word, family, addressLookup(session));
  // a prefix that its own family cannot have ends the command before anything is done
  if (parsed?.prefixLength != null) maskOf(parsed.address.family, parsed.prefixLength);
  return parsed;
};

/** AppleTalk's net.node, which is all that is known of it here. */
const appletalkAddress: Operand<string> = (word) => {
  const [, net, node] = /^\s*\+?(\d+)\.(\d+)$/.exec(word) ?? [];
  const within = (text: string | undefined, most: number) => Number(text) > 0 && Number(text) <= most;
  return within(net, 0xffff) && within(node, 0xfe) ? word : null;
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
      target.change.netmask = netmaskOf(target.family, toInt(length));
    }),
    verb(['broadcast'], [address], setBroadcast, (line) => (line.broadcast = true)),
    modifier(['active'], [], (line) => (line.linkActive = true)),
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

const linkAddress = modifier([], [parseLinkAddress], (line, value) => {
  line.linkAddress = value;
  return true;
});
const foreignAddress = modifier<readonly [string]>([], [appletalkAddress], (line) => {
  line.foreign ??= 'atalk';
  return true;
});

/** What a word that is no verb can be, in this order: the address, the destination or netmask, the broadcast address. */
export function addressPositions(line: Line): readonly Verb[] {
  if (line.family === 'link') return line.linkAddress ? [] : [linkAddress];
  if (line.family === 'atalk') return [foreignAddress];
  const positions: Verb[] = [];
  if (!line.address) positions.push(firstAddress);
  if (line.address && !line.secondAddress) positions.push(secondAddress);
  if (line.secondAddress && !line.broadcast) positions.push(thirdAddress);
  return positions;
}
