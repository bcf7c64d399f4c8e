/** What `brconfig BRIDGE`, `brconfig -a` and `brconfig BRIDGE addr` print. */
import {
  BRDGGCACHE,
  BRDGGFD,
  BRDGGFILT,
  BRDGGHT,
  BRDGGMA,
  BRDGGPRI,
  BRDGGTO,
  BSTP_IFSTATES,
  IFBAF_STATIC,
  IFBF_FILT_USEIPF,
  IFBIF_DISCOVER,
  IFBIF_LEARNING,
  IFBIF_STP,
  KernelError,
} from '../../native-structs';
import type { ReleaseTraits } from '../ioctl/release';
import type { Bits, Bridge } from './bridge';
import { formatEthernetAddress } from './brconfig-values';
import { orFail } from './errors';
import { fromKernelName } from './ifname';
import { interfaceFlagNames } from './interface-flags';
import type { BitNames } from './snprintb';

const memberFlags: BitNames = [
  [IFBIF_LEARNING, 'LEARNING'],
  [IFBIF_DISCOVER, 'DISCOVER'],
  [IFBIF_STP, 'STP'],
];

const addressFlags: BitNames = [[IFBAF_STATIC, 'STATIC']];

/** `flags=41<UP,RUNNING>`: unlike snprintb(3), without 0x and with the brackets always there. */
function flagsText(flags: number, names: BitNames): string {
  const set = names.filter(([bit]) => (flags & bit) !== 0).map(([, name]) => name);
  return `flags=${flags.toString(16)}<${set.join(',')}>`;
}

/** Yields the lines of one bridge's status, each with its newline. Throws CommandError. */
export async function* bridgeStatus(bridge: Bridge, traits: ReleaseTraits): AsyncGenerator<string> {
  const flags = await orFail('unable to get flags', bridge.flags());
  yield `${bridge.name}: ${flagsText(flags, interfaceFlagNames(traits))}\n`;
  yield '\tConfiguration:\n';
  yield* configuration(bridge, '\t\t');
  yield '\tInterfaces:\n';
  yield* members(bridge, '\t\t');
  const size = await getParameter(bridge, BRDGGCACHE, 32, 'address cache size');
  const timeout = await getParameter(bridge, BRDGGTO, 32, 'address timeout');
  yield `\tAddress cache (max cache: ${size}, timeout: ${timeout}):\n`;
  yield* addressTable(bridge, '\t\t');
}

/** Yields a line for each entry of the address table, `prefix` before each. Throws CommandError. */
export async function* addressTable(bridge: Bridge, prefix: string): AsyncGenerator<string> {
  for (const entry of await orFail('unable to get address cache', bridge.addresses())) {
    const member = fromKernelName(entry.ifba_ifsname);
    const flags = flagsText(entry.ifba_flags, addressFlags);
    yield `${prefix}${formatEthernetAddress(entry.ifba_dst)} ${member} ${entry.ifba_expire} ${flags}\n`;
  }
}

async function* configuration(bridge: Bridge, prefix: string): AsyncGenerator<string> {
  const priority = await getParameter(bridge, BRDGGPRI, 16, 'bridge priority');
  const helloTime = await getParameter(bridge, BRDGGHT, 8, 'hellotime');
  const forwardDelay = await getParameter(bridge, BRDGGFD, 8, 'forward delay');
  const maxAge = await getParameter(bridge, BRDGGMA, 8, 'max age');
  yield `${prefix}priority ${priority} hellotime ${helloTime} fwddelay ${forwardDelay} maxage ${maxAge}\n`;
  const filter = await ipfilter(bridge);
  const use = (filter & IFBF_FILT_USEIPF) === 0 ? 'disabled' : 'enabled';
  yield `${prefix}ipfilter ${use} flags 0x${filter.toString(16)}\n`;
}

/** A kernel without ipf(4) refuses to say; then there is no filter. */
async function ipfilter(bridge: Bridge): Promise<number> {
  try {
    return await bridge.parameter(BRDGGFILT, 32);
  } catch (error) {
    if (error instanceof KernelError) return 0;
    throw error;
  }
}

async function* members(bridge: Bridge, prefix: string): AsyncGenerator<string> {
  for (const member of await orFail('unable to get interface list', bridge.members())) {
    const flags = member.ifbr_ifsflags;
    yield `${prefix}${fromKernelName(member.ifbr_ifsname)} ${flagsText(flags, memberFlags)}\n`;
    const stp = (flags & IFBIF_STP) !== 0;
    const tree = stp ? ` path cost ${member.ifbr_path_cost} ${stateText(member.ifbr_state)}` : '';
    yield `${prefix}\tport ${member.ifbr_portno} priority ${member.ifbr_priority}${tree}\n`;
  }
}

const stateText = (state: number): string => BSTP_IFSTATES[state] ?? `<unknown state ${state}>`;

async function getParameter(bridge: Bridge, command: number, bits: Bits, what: string): Promise<number> {
  return orFail(`unable to get ${what}`, bridge.parameter(command, bits));
}
