/**
 * bridge(4)'s commands: what SIOCSDRVSPEC and SIOCGDRVSPEC carry in a struct ifdrv, and what each does to a bridge.
 *
 * ipf(4) is not there (BRDGGFILT and BRDGSFILT are unknown, as in a kernel built without BRIDGE_IPF), nor are the list
 * commands of NetBSD 6 (OBRDGGIFS, OBRDGRTS).
 */
import {
  abi,
  BRDGADD,
  BRDGDADDR,
  BRDGDEL,
  BRDGFLUSH,
  BRDGGCACHE,
  BRDGGFD,
  BRDGGHT,
  BRDGGIFFLGS,
  BRDGGIFS,
  BRDGGMA,
  BRDGGPRI,
  BRDGGTO,
  BRDGRTS,
  BRDGSADDR,
  BRDGSCACHE,
  BRDGSFD,
  BRDGSHT,
  BRDGSIFCOST,
  BRDGSIFFLGS,
  BRDGSIFPRIO,
  BRDGSMA,
  BRDGSPRI,
  BRDGSTO,
  IFBAF_STATIC,
  IFBF_FLUSHDYN,
  KernelError,
  structs,
} from '../../native-structs';
import type { BridgeAddress, BridgeAddresses } from './bridge-addresses';
import type { BridgeMembers, Member } from './bridge-members';
import type { BridgeParameters, ParameterName } from './bridge-parameters';
import type { Request } from './driver';

/** What a command may act on. */
export interface BridgeState {
  readonly parameters: BridgeParameters;
  readonly members: BridgeMembers;
  readonly addresses: BridgeAddresses;
  /** The bridge's own, which an Ethernet member takes over. */
  readonly mtu: number;
}

const amd64 = abi('amd64');
const ifdrv = structs(amd64, 'ifdrv');
const ifbreq = structs(amd64, 'ifbreq');
const ifbareq = structs(amd64, 'ifbareq');
const ifbrparam = structs(amd64, 'ifbrparam');

/** One command. A `get` answers in its argument, a `list` with as many structs as there are. */
type Command =
  | { readonly kind: 'set' | 'get'; readonly size: number; run(bridge: BridgeState, argument: Buffer): void }
  | {
      readonly kind: 'list';
      /** Whether a buffer of no bytes asks for the size that is needed; else it gets nothing. */
      readonly sizes: boolean;
      run(bridge: BridgeState): readonly Buffer[];
    };

type Width = 'ifbrpu_int32' | 'ifbrpu_int16' | 'ifbrpu_int8';

function set(
  struct: { readonly size: number },
  run: (bridge: BridgeState, argument: Buffer) => void,
): Command {
  return { kind: 'set', size: struct.size, run };
}

function get(
  struct: { readonly size: number },
  run: (bridge: BridgeState, argument: Buffer) => void,
): Command {
  return { kind: 'get', size: struct.size, run };
}

const parameter = (argument: Buffer) => ifbrparam.at(argument).ifbrp_ifbrpu;

const getter = (name: ParameterName, width: Width): Command =>
  get(ifbrparam, ({ parameters }, argument) => {
    parameter(argument)[width] = parameters.get(name);
  });

const setter = (name: ParameterName, width: Width): Command =>
  set(ifbrparam, ({ parameters }, argument) => parameters.set(name, parameter(argument)[width]));

/** A setter that acts on the member that struct ifbreq names. */
function memberSetter(
  run: (bridge: BridgeState, name: string, request: ReturnType<typeof ifbreq.at>) => void,
): Command {
  return set(ifbreq, (bridge, argument) => {
    const request = ifbreq.at(argument);
    run(bridge, request.ifbr_ifsname, request);
  });
}

/** Initial values of a struct ifbreq. */
const memberFields = ({ link, flags, state, priority, pathCost }: Member) => ({
  ifbr_ifsname: link.name,
  ifbr_ifsflags: flags,
  ifbr_state: state,
  ifbr_priority: priority,
  ifbr_path_cost: pathCost,
  ifbr_portno: link.index & 0xff,
});

const addressFields = ({ address, member, expire, flags }: BridgeAddress) => ({
  ifba_ifsname: member,
  ifba_expire: BigInt(expire),
  ifba_flags: flags,
  ifba_dst: Buffer.from(address),
});

function setAddress({ members, addresses }: BridgeState, argument: Buffer): void {
  const { ifba_ifsname, ifba_flags, ifba_dst } = ifbareq.at(argument);
  const { link } = members.find(ifba_ifsname);
  // What is not static is learned, and learning is the host's.
  if (ifba_flags !== IFBAF_STATIC) throw new KernelError('EINVAL');
  addresses.setStatic(link.index, Uint8Array.from(ifba_dst));
}

const commands: ReadonlyMap<number, Command> = new Map([
  [BRDGADD, memberSetter(({ members, mtu }, name) => members.add(name, mtu))],
  [BRDGDEL, memberSetter(({ members }, name) => members.remove(name))],
  [
    BRDGGIFFLGS,
    get(ifbreq, ({ members }, argument) => {
      const member = members.find(ifbreq.at(argument).ifbr_ifsname);
      ifbreq.make(memberFields(member)).copy(argument);
    }),
  ],
  [
    BRDGSIFFLGS,
    memberSetter(({ members }, name, { ifbr_ifsflags }) => members.setFlags(name, ifbr_ifsflags)),
  ],
  [
    BRDGSIFPRIO,
    memberSetter(({ members }, name, { ifbr_priority }) => members.setPriority(name, ifbr_priority)),
  ],
  [
    BRDGSIFCOST,
    memberSetter(({ members }, name, { ifbr_path_cost }) => members.setPathCost(name, ifbr_path_cost)),
  ],
  [
    BRDGGCACHE,
    get(ifbrparam, ({ addresses }, argument) => {
      parameter(argument).ifbrpu_int32 = addresses.limit;
    }),
  ],
  [
    BRDGSCACHE,
    set(ifbrparam, ({ addresses }, argument) => {
      addresses.limit = parameter(argument).ifbrpu_int32;
    }),
  ],
  [BRDGSADDR, set(ifbareq, setAddress)],
  [BRDGDADDR, set(ifbareq, ({ addresses }, argument) => addresses.delete(ifbareq.at(argument).ifba_dst))],
  [
    BRDGFLUSH,
    set(ifbreq, ({ addresses }, argument) =>
      addresses.flush(ifbreq.at(argument).ifbr_ifsflags === IFBF_FLUSHDYN ? 'learned' : 'all'),
    ),
  ],
  [BRDGGTO, getter('ageing', 'ifbrpu_int32')],
  [BRDGSTO, setter('ageing', 'ifbrpu_int32')],
  [BRDGGPRI, getter('priority', 'ifbrpu_int16')],
  [BRDGSPRI, setter('priority', 'ifbrpu_int16')],
  [BRDGGHT, getter('helloTime', 'ifbrpu_int8')],
  [BRDGSHT, setter('helloTime', 'ifbrpu_int8')],
  [BRDGGFD, getter('forwardDelay', 'ifbrpu_int8')],
  [BRDGSFD, setter('forwardDelay', 'ifbrpu_int8')],
  [BRDGGMA, getter('maxAge', 'ifbrpu_int8')],
  [BRDGSMA, setter('maxAge', 'ifbrpu_int8')],
  [
    BRDGGIFS,
    {
      kind: 'list',
      sizes: true,
      run: ({ members }) => members.list().map((member) => ifbreq.make(memberFields(member))),
    },
  ],
  [
    BRDGRTS,
    {
      kind: 'list',
      sizes: false,
      run: ({ addresses }) => addresses.list().map((address) => ifbareq.make(addressFields(address))),
    },
  ],
]);

/**
 * SIOCSDRVSPEC or SIOCGDRVSPEC on a bridge. Throws EINVAL for an unknown command, the wrong one of the two, or an
 * ifd_len that is not the argument's size; EPERM for a setter that is not root's; what the command throws.
 */
export function driverSpecific(bridge: BridgeState, request: Request): void {
  const drv = ifdrv.at(request.argument);
  const command = commands.get(Number(drv.ifd_cmd));
  if (!command) throw new KernelError('EINVAL');
  if (command.kind === 'set' && request.caller.uid !== 0) throw new KernelError('EPERM');
  if ((command.kind === 'set') !== (request.name === 'SIOCSDRVSPEC')) throw new KernelError('EINVAL');
  if (command.kind === 'list') {
    drv.ifd_len = BigInt(list(command.run(bridge), command.sizes, drv, request));
    return;
  }
  if (drv.ifd_len !== BigInt(command.size)) throw new KernelError('EINVAL');
  const argument = Buffer.from(request.copyin(drv.ifd_data, command.size));
  command.run(bridge, argument);
  if (command.kind === 'get') request.copyout(drv.ifd_data, argument);
}

/** The ifd_len to answer: bytes written, or bytes needed with none written. */
function list(
  entries: readonly Buffer[],
  sizes: boolean,
  drv: { readonly ifd_len: bigint; readonly ifd_data: bigint },
  request: Request,
): number {
  const bytes = Buffer.concat(entries);
  if (drv.ifd_len === 0n && !sizes) return 0;
  if (bytes.length > 0 && drv.ifd_len >= BigInt(bytes.length)) request.copyout(drv.ifd_data, bytes);
  return bytes.length;
}
