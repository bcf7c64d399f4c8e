/**
 * Where the packets of a tunnel over IPv4 go next, as a packet socket (packet(7)) wants to be told: interface and hardware
 * address; and the IP header that the sender then has to write itself.
 */
import { endianness } from 'node:os';
import { AF_PACKET, ARPHRD_ETHER, ETH_P_IP } from '../linux/uapi';
import { fold } from './checksum';
import { ipv4 } from './ethernet';
import { Arena } from './memory';
import { IPPROTO_L2TP } from './wire';

const littleEndian = endianness() === 'LE';

/** sizeof(struct sockaddr_ll). */
export const linkNameLength = 20;
/** Bytes of an Ethernet address. */
export const hardwareAddressLength = 6;

/** One tunnel's; used by all sessions with the same two addresses. */
export class NextHop {
  /** Both of 4 bytes, in network byte order. */
  readonly local: Uint8Array;
  readonly remote: Uint8Array;
  readonly arena = new Arena(64);
  /** Offsets in the arena: struct sockaddr_ll, and the IP header without length, identification and checksum. */
  readonly name = this.arena.reserve(linkNameLength);
  readonly header = this.arena.reserve(ipv4.shortest);
  /** Packets may go there. */
  usable = false;
  /** Packets have gone there since that was last asked. */
  used = false;
  /** Bytes of the longest IP packet that goes in one piece. */
  mtu = 0;
  /** Index of the interface, and the neighbour's IP address: the remote end or a router. */
  interfaceIndex = 0;
  neighbour: Uint8Array;
  /** Sum of the header's constant words. */
  readonly #sum: number;
  /** Unlike that of other senders to the same address by chance alone. */
  #identification = Math.floor(Math.random() * 0x10000);

  constructor(local: Uint8Array, remote: Uint8Array) {
    this.local = local;
    this.remote = remote;
    this.neighbour = remote;
    const { arena, header } = this;
    const { view, bytes } = arena;
    view.setUint8(header, 0x45);
    view.setUint8(header + ipv4.timeToLive, 64);
    view.setUint8(header + ipv4.protocol, IPPROTO_L2TP);
    bytes.set(local, header + ipv4.source);
    bytes.set(remote, header + ipv4.destination);
    let sum = 0;
    for (let at = 0; at < ipv4.shortest; at += 2) sum += view.getUint16(header + at);
    this.#sum = sum;
  }

  /** `hardware` is the neighbour's Ethernet address. */
  use(interfaceIndex: number, hardware: Uint8Array, mtu: number): void {
    const { view, bytes } = this.arena;
    // struct sockaddr_ll: sll_family, sll_protocol (network byte order), sll_ifindex, sll_hatype, sll_pkttype, sll_halen, sll_addr.
    view.setUint16(this.name, AF_PACKET, littleEndian);
    view.setUint16(this.name + 2, ETH_P_IP);
    view.setInt32(this.name + 4, interfaceIndex, littleEndian);
    view.setUint16(this.name + 8, ARPHRD_ETHER, littleEndian);
    view.setUint8(this.name + 11, hardwareAddressLength);
    bytes.set(hardware, this.name + 12);
    this.mtu = mtu;
    this.usable = true;
  }

  /** Whether an IP packet with so many bytes of payload can go there. */
  carries(payloadLength: number): boolean {
    return this.usable && ipv4.shortest + payloadLength <= this.mtu;
  }

  /** Writes the IP header of the next packet to `offset` of an arena. */
  writeHeader(target: Arena, offset: number, payloadLength: number): void {
    const from = this.header >> 2;
    const to = offset >> 2;
    const { words } = this.arena;
    for (let word = 0; word < ipv4.shortest / 4; word += 1) target.words[to + word] = words[from + word] ?? 0;
    const totalLength = ipv4.shortest + payloadLength;
    const identification = this.#identification;
    this.#identification = (identification + 1) & 0xffff;
    target.view.setUint16(offset + ipv4.totalLength, totalLength);
    target.view.setUint16(offset + ipv4.identification, identification);
    target.view.setUint16(offset + ipv4.checksum, ~fold(this.#sum + totalLength + identification) & 0xffff);
  }
}
