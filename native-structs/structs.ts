/** Every struct by its C name, made when it is first asked for. */
import type { Abi } from './abi';
import { netIf } from './net-if';
import { netIfBridgevar } from './net-if_bridgevar';
import { netIfL2tp } from './net-if_l2tp';
import { netinetIn } from './netinet-in';
import { netinetInVar } from './netinet-in_var';
import { netinet6In6Var } from './netinet6-in6_var';
import { sysSocket } from './sys-socket';
import { sysTime } from './sys-time';

const headers = {
  sockaddr: sysSocket,
  sockaddr_storage: sysSocket,
  sockaddr_dl: sysSocket,
  sockaddr_in: netinetIn,
  sockaddr_in6: netinetIn,
  timespec: sysTime,
  ifreq: netIf,
  ifaliasreq: netIf,
  if_laddrreq: netIf,
  if_addrprefreq: netIf,
  ifdrv: netIf,
  if_clonereq: netIf,
  ifconf: netIf,
  if_data: netIf,
  ifdatareq: netIf,
  ifmediareq: netIf,
  ifcapreq: netIf,
  eccapreq: netIf,
  ifaddrs: netIf,
  in_aliasreq: netinetInVar,
  in6_addrlifetime: netinet6In6Var,
  in6_ifreq: netinet6In6Var,
  in6_aliasreq: netinet6In6Var,
  l2tp_req: netIfL2tp,
  ifbreq: netIfBridgevar,
  ifbifconf: netIfBridgevar,
  ifbareq: netIfBridgevar,
  ifbaconf: netIfBridgevar,
  ifbrparam: netIfBridgevar,
} as const;

type Headers = typeof headers;
export type StructName = keyof Headers;
type StructOf<N extends StructName> = N extends keyof ReturnType<Headers[N]>
  ? ReturnType<Headers[N]>[N]
  : never;

export const structNames = Object.keys(headers).filter((name): name is StructName => name in headers);

/** The struct `name` as `abi` lays it out. */
export function structs<N extends StructName>(abi: Abi, name: N): StructOf<N> {
  const all: Partial<Record<string, unknown>> = headers[name](abi);
  return all[name] as StructOf<N>; // the table above says which header has which struct; its test reads all of them
}
