/** A pseudowire made ready for the packet loop: cookies as integers, the outer envelope as C structs. */
import type { Counters } from './counters';
import { dropCounters } from './counters';
import type { Pseudowire, TunnelAddresses } from './datapath';
import { Arena } from './memory';
import type { Envelope } from './send-vector';
import { isLocalAddress } from './local-address';
import type { NextHop } from './next-hop';
import { isUnspecified, layoutOf, writeName, writePort, writeSource } from './socket-address';
import type { UdpPort } from './udp-ports';
import { flagsLength, writeUdpHeader } from './udp-wire';
import { expectedCookie, sessionIdLength, writeHeader, type ExpectedCookie } from './wire';

/** Everything the loop needs, in one object of constant shape. */
export interface Session {
  readonly id: number;
  readonly name: string;
  readonly tap: number;
  /** Bytes of the virtio_net header before each frame; 0 for none. */
  readonly vnetHeader: number;
  /** Address family of the tunnel; 0 without one. */
  readonly family: number;
  /** Local session id as a signed integer; 0 if none. */
  readonly localSession: number;
  readonly receiving: boolean;
  readonly cookie: ExpectedCookie;
  readonly tunnel: TunnelAddresses | null;
  /** null if nothing can be sent. */
  envelope: Envelope | null;
  /** The envelope to be used once the peer has been heard; null if the peer is known from the beginning. */
  readonly learning: Envelope | null;
  /** Drop counter of frames that are not sent, for want of an envelope or of a socket for the family. */
  readonly refusal: number;
  readonly counters: Counters;
  /** Whether the tunnel's local address is one of this host; asks the host. */
  readonly hasSource: () => boolean;
  /** Where its packets go if not by the raw socket; null if always by that. */
  nextHop: NextHop | null;
  /** The UDP port that its messages come to and go from; null if they travel in IP. */
  port: UdpPort | null;
  /** Only datagrams shorter than this, in bytes of UDP payload, are handed to the kernel together. */
  segmentLimit: number;
  /** When that was found, as Date.now() has it. */
  segmentLimitSince: number;
  /** The TAP device has been deleted. */
  gone: boolean;
  /** The TAP device gives super-frames, and may get them. */
  offload: boolean;
}

/** Throws a RangeError if addresses or cookies have impossible lengths. */
export function session(pseudowire: Pseudowire, counters: Counters): Session {
  const { tunnel, localSession, remoteSession, remoteCookie } = pseudowire;
  const refusal = whyNothingIsSent(pseudowire);
  const envelope =
    tunnel === null || refusal !== null ? null : sealedEnvelope(tunnel, remoteSession, remoteCookie);
  const learns = tunnel?.udp?.remote === 0;
  return {
    id: pseudowire.id,
    name: pseudowire.name,
    tap: pseudowire.tap,
    vnetHeader: pseudowire.vnetHeader,
    family: tunnel === null ? 0 : layoutOf(tunnel).family,
    localSession: localSession | 0,
    receiving: pseudowire.receiving,
    cookie: expectedCookie(pseudowire.localCookie),
    tunnel,
    envelope: learns ? null : envelope,
    learning: learns ? envelope : null,
    refusal: dropCounters[refusal ?? (learns ? 'peer-unknown' : 'no-route')],
    counters,
    hasSource: () => tunnel !== null && isLocalAddress(tunnel),
    nextHop: null,
    port: null,
    segmentLimit: Infinity,
    segmentLimitSince: 0,
    gone: false,
    offload: false,
  };
}

function whyNothingIsSent({ tunnel, localSession, remoteSession }: Pseudowire) {
  if (tunnel === null) return 'no-tunnel-out';
  if (localSession === 0 || remoteSession === 0) return 'no-session-out';
  if (tunnel.udp?.remote !== 0 && isUnspecified(tunnel.remote)) return 'no-route';
  return null;
}

function sealedEnvelope(tunnel: TunnelAddresses, remoteSession: number, remoteCookie: Uint8Array): Envelope {
  const { nameLength, controlLength } = layoutOf(tunnel);
  // Checks the length: what is sent obeys the same rule as what is expected.
  const cookieLength = expectedCookie(remoteCookie).length;
  const headerLength = (tunnel.udp ? flagsLength : 0) + sessionIdLength + cookieLength;
  const arena = new Arena(nameLength + controlLength + headerLength + 24);
  const name = arena.reserve(nameLength);
  const control = arena.reserve(controlLength);
  const header = arena.reserve(headerLength);
  writeName(arena.view, name, tunnel, 'remote');
  writeSource(arena.view, control, tunnel);
  if (tunnel.udp) {
    writePort(arena.view, name, tunnel.udp.remote);
    writeUdpHeader(arena.view, header, remoteSession, remoteCookie);
  } else {
    writeHeader(arena.view, header, remoteSession, remoteCookie);
  }
  return { arena, name, control, header, nameLength, controlLength, headerLength };
}
