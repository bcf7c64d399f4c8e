/** The Linux machine of this process's network namespace, by rtnetlink and /dev/net/tun. */
import type { BridgeParameters, BridgePort, ForwardingEntry, Host, Link, LinkAddress, Tap } from '../host';
import { AddressTable } from './address-table';
import {
  bytesAttribute,
  nestedAttribute,
  u32Attribute,
  u8Attribute,
  type Attribute,
} from '../../linux/netlink/attributes';
import { decodeBridge, decodePort, encodeBridge, encodePort, newBridge } from './bridges';
import { HostError, unless } from './errors';
import { decodeForwarding, encodeForwarding, encodeForwardingDump, withoutVlans } from './forwarding';
import { decodeLink, encodeLink, linkInfo, linkName, type LinkRecord } from './links';
import { Requests } from './requests';
import * as system from './system-calls';
import { disableIpv6, openTap } from './tap';
import * as linux from '../../linux/uapi';

/** Jumbo frames, with room for VLAN tags, so that a bridge does not drop them. */
const tapMtu = 9216;
const tapQueueLength = 1000;
const bridgeMtu = 1500;
/** First choice of a group for links that are about to be deleted. */
const passingGroup = 0x6c327470;

const { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } = linux;

/** Throws HostError where netlink is not to be had. */
export const linuxHost = (): Host => new LinuxHost();

class LinuxHost implements Host {
  readonly #requests = new Requests();
  readonly #addresses = new AddressTable(this.#requests);
  readonly #taps = new Set<number>();

  links(): readonly Link[] {
    return this.#records().map(({ link }) => link);
  }

  link(name: string): Link | null {
    return this.#recordOf(name)?.link ?? null;
  }

  addresses(): readonly LinkAddress[] {
    return this.#addresses.all();
  }

  setUp(index: number, up: boolean): void {
    this.#setFlag(index, linux.IFF_UP, up);
  }

  setMtu(index: number, mtu: number): void {
    this.#changeLink(`mtu ${mtu}`, index, [u32Attribute(linux.IFLA_MTU, mtu)]);
  }

  setNoArp(index: number, noarp: boolean): void {
    this.#setFlag(index, linux.IFF_NOARP, noarp);
  }

  setLinkAddress(index: number, address: Uint8Array): void {
    this.#changeLink('address', index, [bytesAttribute(linux.IFLA_ADDRESS, address)]);
  }

  addAddress(address: LinkAddress): void {
    this.#addresses.add(address);
  }

  deleteAddress(address: LinkAddress): void {
    this.#addresses.delete(address);
  }

  createTap(name: string): Tap {
    linkName(name);
    const { fd, vnetHeader } = openTap(name);
    this.#taps.add(fd);
    try {
      const { link, maxMtu } = this.#made(name);
      this.#silence(link);
      disableIpv6(name);
      this.#changeLink('tap', link.index, [
        // kernels before 4.19 do not tell the largest, and take this one
        u32Attribute(linux.IFLA_MTU, Math.min(tapMtu, maxMtu || tapMtu)),
        u32Attribute(linux.IFLA_TXQLEN, tapQueueLength),
      ]);
      return { index: link.index, fd, vnetHeader };
    } catch (error) {
      this.#closeDescriptor(fd);
      throw error;
    }
  }

  closeTap(tap: Tap): void {
    this.#closeDescriptor(tap.fd);
  }

  /** Linux waits for all processors at each deletion of devices, be it of one or of a whole group. */
  closeTaps(taps: readonly Tap[]): void {
    try {
      if (taps.length > 1) this.#deleteTogether(new Set(taps.map(({ index }) => index)));
    } catch (error) {
      // each goes with its descriptor
      if (!(error instanceof HostError)) throw error;
    }
    for (const tap of taps) this.closeTap(tap);
  }

  createBridge(name: string): Link {
    unless(
      ['EOPNOTSUPP'],
      () =>
        unless(
          ['EINVAL'],
          () => this.#newBridge(name, true),
          () => this.#newBridge(name, false),
        ),
      ({ linuxCode, reason }) => {
        throw new HostError(linuxCode, `${reason}: no bridge support, modprobe bridge`);
      },
    );
    const { link } = this.#made(name);
    try {
      this.#silence(link);
      // a bridge that was told its mtu does not take its members'
      this.setMtu(link.index, bridgeMtu);
    } catch (error) {
      this.deleteLink(link.index);
      throw error;
    }
    return { ...link, mtu: bridgeMtu };
  }

  deleteLink(index: number): void {
    this.#requests.change(`delete link ${index}`, linux.RTM_DELLINK, 0, encodeLink({ index }));
  }

  setMaster(index: number, bridge: number): void {
    this.#changeLink(`master ${bridge}`, index, [u32Attribute(linux.IFLA_MASTER, bridge)]);
  }

  bridgeParameters(index: number): BridgeParameters {
    return decodeBridge(this.#bridge(index).bridge);
  }

  setBridgeParameters(index: number, parameters: Partial<BridgeParameters>): void {
    this.#bridge(index);
    this.#changeLink('bridge', index, [linkInfo('bridge', encodeBridge(parameters))]);
  }

  bridgePorts(bridge: number): readonly BridgePort[] {
    this.#bridge(bridge);
    return this.#records().flatMap(({ link, port }) =>
      port && link.master === bridge ? [decodePort(link.index, port)] : [],
    );
  }

  setBridgePort(index: number, changes: Partial<Omit<BridgePort, 'index' | 'state'>>): void {
    this.#requests.change(
      `bridge port ${index}`,
      linux.RTM_SETLINK,
      0,
      encodeLink({ family: linux.AF_BRIDGE, index, attributes: [encodePort(changes)] }),
    );
  }

  forwardingTable(bridge: number): readonly ForwardingEntry[] {
    this.#bridge(bridge);
    return withoutVlans(
      this.#requests
        .dump(`addresses of bridge ${bridge}`, linux.RTM_GETNEIGH, encodeForwardingDump(bridge))
        .map((payload) => decodeForwarding(payload, bridge))
        .filter((entry) => entry !== null),
    );
  }

  addForwardingEntry(port: number, address: Uint8Array): void {
    this.#requests.change(
      `static address on port ${port}`,
      linux.RTM_NEWNEIGH,
      NLM_F_CREATE | NLM_F_REPLACE,
      encodeForwarding(port, address),
    );
  }

  deleteForwardingEntry(port: number, address: Uint8Array): void {
    this.#requests.change(
      `delete address of port ${port}`,
      linux.RTM_DELNEIGH,
      0,
      encodeForwarding(port, address),
    );
  }

  close(): void {
    for (const fd of this.#taps) this.#closeDescriptor(fd);
    this.#requests.close();
  }

  #records(): readonly LinkRecord[] {
    return this.#requests.dump('links', linux.RTM_GETLINK, encodeLink({})).map(decodeLink);
  }

  #recordOf(name: string): LinkRecord | null {
    return unless(
      ['ENODEV', 'EINVAL'],
      () => {
        const request = encodeLink({ attributes: [linkName(name)] });
        const record = decodeLink(this.#requests.ask(`link ${name}`, linux.RTM_GETLINK, request));
        // Linux also answers to alternative names
        return record.link.name === name ? record : null;
      },
      () => null,
    );
  }

  /** The link that has just been made; somebody may have been quick to take it away. */
  #made(name: string): LinkRecord {
    const record = this.#recordOf(name);
    if (!record) throw new HostError('ENODEV', `${name}: went away while it was made`);
    return record;
  }

  /** Throws ENXIO if there is no such link, EINVAL if it is no bridge. */
  #bridge(index: number): LinkRecord {
    const record = decodeLink(this.#requests.ask(`link ${index}`, linux.RTM_GETLINK, encodeLink({ index })));
    if (!record.link.bridge) throw new HostError('EINVAL', `${record.link.name} is not a bridge`);
    return record;
  }

  /** Deletes those of the links that are TAP devices, as a group that no other link is in. */
  #deleteTogether(indexes: ReadonlySet<number>): void {
    const records = this.#records();
    const taken = new Set(records.map(({ group }) => group));
    let group = passingGroup;
    while (taken.has(group)) group += 1;
    for (const { link, kind } of records) {
      if (kind !== 'tun' || !indexes.has(link.index)) continue;
      this.#changeLink(`group ${group}`, link.index, [u32Attribute(linux.IFLA_GROUP, group)]);
    }
    this.#requests.change(
      `delete group ${group}`,
      linux.RTM_DELLINK,
      0,
      encodeLink({ attributes: [u32Attribute(linux.IFLA_GROUP, group)] }),
    );
  }

  #changeLink(operation: string, index: number, attributes: readonly Attribute[]): void {
    this.#requests.change(
      `link ${index}: ${operation}`,
      linux.RTM_NEWLINK,
      0,
      encodeLink({ index, attributes }),
    );
  }

  #setFlag(index: number, flag: number, on: boolean): void {
    this.#requests.change(
      `flags of link ${index}`,
      linux.RTM_NEWLINK,
      0,
      encodeLink({ index, flags: on ? flag : 0, change: flag }),
    );
  }

  #newBridge(name: string, forwardGroups: boolean): void {
    this.#requests.change(
      `bridge ${name}`,
      linux.RTM_NEWLINK,
      NLM_F_CREATE | NLM_F_EXCL,
      encodeLink({
        // any but the one it gets: Linux takes no note of being told what it has already
        attributes: [
          linkName(name),
          u32Attribute(linux.IFLA_MTU, bridgeMtu - 1),
          linkInfo('bridge', newBridge({ forwardGroups })),
        ],
      }),
    );
  }

  /** No link-local IPv6 address, so that the device sends nothing of itself; a kernel without IPv6 needs no asking. */
  #silence({ index }: Link): void {
    unless(
      ['EAFNOSUPPORT', 'EOPNOTSUPP', 'EINVAL'],
      () =>
        this.#changeLink('addrgenmode none', index, [
          nestedAttribute(linux.IFLA_AF_SPEC, [
            nestedAttribute(linux.AF_INET6, [
              u8Attribute(linux.IFLA_INET6_ADDR_GEN_MODE, linux.IN6_ADDR_GEN_MODE_NONE),
            ]),
          ]),
        ]),
      () => undefined,
    );
  }

  #closeDescriptor(fd: number): void {
    if (this.#taps.delete(fd)) system.close(fd);
  }
}
