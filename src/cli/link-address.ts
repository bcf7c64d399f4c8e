/** Link-layer addresses as words, and setting and removing one: `ifconfig wm0 link 02:00:00:00:00:01 active`. */
import { AF_LINK, IFLR_ACTIVE, ioctlNumber, structs, type Abi } from '../../native-structs';
import { orFail } from './errors';
import { toKernelName } from './ifname';
import { sendIfreq } from './request';
import type { Line, Target } from './verb';

/** Bytes that a struct sockaddr_storage has room for behind the fixed fields of a struct sockaddr_dl. */
const mostOctets = 120;

/** Octets of one or two hexadecimal digits with colons between them; null if `word` is something else. */
export function parseLinkAddress(word: string): Buffer | null {
  if (!/^[0-9a-f]{1,2}(?::[0-9a-f]{1,2})*$/i.test(word)) return null;
  const octets = word.split(':').map((digits) => parseInt(digits, 16));
  return octets.length <= mostOctets ? Buffer.from(octets) : null;
}

/** struct sockaddr_dl with nothing but the address. */
export function encodeLink(abi: Abi, address: Buffer): Buffer {
  const type = structs(abi, 'sockaddr_dl');
  const { sdl_addr } = type.fields;
  const data = sdl_addr.offset + sdl_addr.type.fields.dl_data.offset;
  const bytes = Buffer.alloc(Math.max(type.size, data + address.length));
  const view = type.at(bytes);
  view.sdl_len = data + address.length;
  view.sdl_family = AF_LINK;
  view.sdl_addr.dl_alen = address.length;
  address.copy(bytes, data);
  return bytes.subarray(0, data + address.length);
}

/** Does what the line says about `address`. Without `-alias` it is added: NetBSD replaces none. Throws CommandError. */
export async function changeLinkAddress(
  { kernel, ifname }: Target,
  line: Line,
  address: Buffer,
): Promise<void> {
  const { abi } = kernel;
  await orFail('commit_address: getifflags', sendIfreq(kernel, 'SIOCGIFFLAGS', ifname));
  const remove = line.alias === false;
  const type = structs(abi, 'if_laddrreq');
  const argument = type.make({
    iflr_name: toKernelName(ifname),
    flags: line.linkActive && !remove ? IFLR_ACTIVE : 0,
  });
  encodeLink(abi, address).copy(argument, type.fields.addr.offset);
  const request = remove ? 'SIOCDLIFADDR' : 'SIOCALIFADDR';
  await orFail(request, kernel.ioctl(AF_LINK, ioctlNumber(abi, request), argument));
}
