/** What an Ethernet interface can do: SIOCGETHERCAP's capabilities, as ifconfig shows them. It has no verbs here. */
import { AF_INET, ioctlNumber, KernelError, structs } from '../../../native-structs';
import { toKernelName } from '../ifname';
import { bitLines, type BitNames } from '../snprintb';
import type { Status, VerbFamily } from '../verb';

const ETHERCAP: BitNames = [
  [0x1, 'VLAN_MTU'],
  [0x2, 'VLAN_HWTAGGING'],
  [0x4, 'JUMBO_MTU'],
  [0x8, 'VLAN_HWFILTER'],
  [0x10, 'EEE'],
];

/** Characters behind the `=` at which the names go on in another line. */
const width = 55;

async function ethernetStatus({ session, kernel, ifname }: Status): Promise<readonly string[]> {
  const request = structs(kernel.abi, 'eccapreq');
  const argument = request.make({ eccr_name: toKernelName(ifname) });
  try {
    await kernel.ioctl(AF_INET, ioctlNumber(kernel.abi, 'SIOCGETHERCAP'), argument);
  } catch (error) {
    if (error instanceof KernelError) return []; // no Ethernet interface
    throw error;
  }
  const { eccr_capabilities, eccr_capenable } = request.at(argument);
  if (eccr_capabilities === 0) return [];
  return [
    ...bitLines('ec_capabilities', ETHERCAP, eccr_capabilities >>> 0, width, session.traits),
    ...bitLines('ec_enabled', ETHERCAP, eccr_capenable >>> 0, width, session.traits),
  ];
}

export const ethernet: VerbFamily = { verbs: [], status: ethernetStatus, usage: [] };
