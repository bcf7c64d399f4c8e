/** X - A = B - Y with a tunnel between A and B by one of several kinds of ends, joined to both LANs by bridges. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { End, endConfig, inUdp } from '../datapath/end';
import { startQemu } from '../datapath/qemu';
import { program, quietly } from './commands';
import { eventually, type Namespace } from './lab';
import { inner, outer, Site, type Family } from './site';

/** `l2tpd` is the daemon with offload, `plain` our data path over a device without virtio_net headers. */
export type EndKind = 'l2tpd' | 'plain' | 'QEMU';

export interface Setting {
  readonly outer: Family;
  /** Of the wire between A and B, in bytes. */
  readonly mtu: number;
  /** What A and what B expects, in hexadecimal: 0, 4 or 8 bytes. */
  readonly cookies: readonly [string, string];
  readonly kinds: readonly [EndKind, EndKind];
  /** In UDP, both ports 1701. */
  readonly udp?: boolean;
}

export const sessions = [1234, 0xfedcba98] as const;

/** VLAN 5 of the LANs, and VLAN 8 inside VLAN 7 (QinQ): the routers' devices for them, and the addresses of X and Y there. */
export const vlans = [
  {
    device: 'wm5',
    tags: ['81000005'],
    addresses: { x: '192.168.5.1', y: '192.168.5.2' },
    width: 24,
  },
  { device: 'wm7', tags: ['88a80007', '81000008'], addresses: { x: 'fd78::1', y: 'fd78::2' }, width: 64 },
] as const;

export function describeSetting({ outer: family, mtu, cookies, kinds, udp }: Setting): string {
  const lengths = cookies.map((cookie) => cookie.length / 2);
  const words = lengths.every((length) => length === 0)
    ? 'no cookies'
    : `cookies of ${lengths.join(' and ')}`;
  return `${kinds.join(' to ')} over ${family}${udp ? ' and UDP' : ''}, MTU ${mtu}, ${words}`;
}

/** The words of `cookie` for a cookie; '' for none. */
function cookieWords(local: string, remote: string): string {
  const words = [local, remote].map((cookie) => `${cookie.length / 2} ${BigInt(`0x${cookie}`)}`);
  return `cookie ${words.join(' ')}`;
}

/** Brings both ends up and waits until echoes pass; removed with the test. */
export async function proofSite(
  context: Pick<TestContext, 'after'>,
  setting: Setting,
  middle = false,
): Promise<ProofSite> {
  const site = new ProofSite(setting, middle);
  context.after(() => site.close());
  if (!middle) await site.join();
  return site;
}

/** What the host's daemon has dropped for l2tp0, by cause. */
function dropsOf(host: Namespace): Readonly<Record<string, number>> {
  const lines = host.must([process.execPath, join(__dirname, 'ask-kernel.js'), 'drops', 'l2tp0']);
  const counts = lines
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([cause = '', count]): [string, number] => [cause, Number(count)]);
  return Object.fromEntries(counts.filter(([, count]) => count !== 0));
}

export class ProofSite extends Site {
  readonly setting: Setting;
  readonly #ends: (End | undefined)[] = [];
  /** What had been dropped before the tunnel was complete. */
  readonly #early: Readonly<Record<string, number>>[] = [];

  constructor(setting: Setting, middle: boolean) {
    super(setting.mtu, middle);
    this.setting = setting;
    for (const [place, host] of this.routers().entries()) {
      const address = outer[setting.outer][place]!;
      const options = setting.outer === 'ipv4' ? [`${address}/24`] : [`${address}/64`, 'nodad'];
      host.ip('addr', 'add', ...options, 'dev', 'wm0');
      for (const name of ['wm0', 'wm1']) host.ip('link', 'set', name, 'up');
    }
  }

  #vlans(): readonly (typeof vlans)[number][] {
    return this.m === undefined ? vlans : [];
  }

  /** What the routers' bridges join. */
  #members(): readonly string[] {
    return ['wm1', ...this.#vlans().map(({ device }) => device), 'l2tp0'];
  }

  /** Makes the ends, and the VLANs unless M is there, where they would be in the way. */
  async join(): Promise<void> {
    for (const place of [0, 1] as const) {
      await this.#addVlans(place);
      await this.#join(place);
    }
    for (const address of [
      inner.ipv4.y,
      inner.ipv6.y,
      ...this.#vlans().map(({ addresses }) => addresses.y),
    ]) {
      await eventually(
        `echoes from ${address}`,
        () => this.x.run(['ping', '-n', '-q', '-c', '1', '-W', '1', address]).status === 0,
      );
    }
    for (const place of [0, 1] as const) this.#early[place] = await this.#allDrops(place);
  }

  /** Packets and frames that an end of ours has dropped since join(), by cause; none of QEMU's are known. */
  async drops(place: 0 | 1): Promise<Readonly<Record<string, number>>> {
    const early = this.#early[place] ?? {};
    const rises = Object.entries(await this.#allDrops(place)).map(([cause, count]): [string, number] => [
      cause,
      count - (early[cause] ?? 0),
    ]);
    return Object.fromEntries(rises.filter(([, rise]) => rise !== 0));
  }

  async #allDrops(place: 0 | 1): Promise<Readonly<Record<string, number>>> {
    const end = this.#ends[place];
    if (end !== undefined) {
      const { drops, global } = await end.counters();
      return { ...drops, ...global };
    }
    return this.setting.kinds[place] === 'l2tpd' ? dropsOf(this.routers()[place]) : {};
  }

  /** Gives X or Y access to the VLANs of its LAN. */
  async #addVlans(place: 0 | 1): Promise<void> {
    const host = this.routers()[place];
    const side = (['x', 'y'] as const)[place];
    for (const { device, tags, addresses, width } of this.#vlans()) {
      const name = `${device}${side}`;
      const tagger = host.start([process.execPath, join(__dirname, 'tagger.js'), device, name, ...tags]);
      await once(tagger.stdout!, 'data');
      const leaf = this[side];
      host.sh(`echo 1 > /proc/sys/net/ipv6/conf/${device}/disable_ipv6`);
      host.ip('link', 'set', device, 'up');
      host.ip('link', 'set', name, 'netns', leaf.name);
      leaf.ip('addr', 'add', `${addresses[side]}/${width}`, 'dev', name, ...(width === 64 ? ['nodad'] : []));
      leaf.ip('link', 'set', name, 'up');
    }
  }

  async #join(place: 0 | 1): Promise<void> {
    const host = this.routers()[place];
    const far = place === 0 ? 1 : 0;
    const { cookies, kinds, outer: family, udp } = this.setting;
    const [local, remote] = [outer[family][place], outer[family][far]];
    const [localSession, remoteSession] = [sessions[place], sessions[far]];
    const [localCookie, remoteCookie] = [cookies[place], cookies[far]];
    switch (kinds[place]) {
      case 'l2tpd': {
        const cookie = localCookie === '' ? '' : ` ${cookieWords(localCookie, remoteCookie)}`;
        if (udp) host.must([process.execPath, program('l2tpd'), '--udp-ports']);
        const port = udp ? ',1701' : '';
        quietly(host, 'ifconfig l2tp0 create');
        quietly(
          host,
          `ifconfig l2tp0 tunnel ${local}${port} ${remote}${port} session ${localSession} ${remoteSession}${cookie} up`,
        );
        quietly(host, 'ifconfig bridge0 create');
        const additions = this.#members().map((name) => `add ${name}`);
        quietly(host, `brconfig bridge0 ${additions.join(' ')} up`);
        return;
      }
      case 'plain': {
        const end = new End(host);
        await end.tap('l2tp0', 1, 0);
        const config = endConfig(local, remote, localSession, remoteSession, { localCookie, remoteCookie });
        await end.set(udp ? inUdp(config) : config);
        this.#ends[place] = end;
        break;
      }
      case 'QEMU':
        await startQemu(host, 'l2tp0', {
          ...{ local, remote, localSession, remoteSession },
          ...(udp && { udp: { local: 1701, remote: 1701 } }),
          ...(localCookie !== '' && {
            cookies: {
              local: `0x${localCookie}`,
              remote: `0x${remoteCookie}`,
              short: localCookie.length === 8,
            },
          }),
        });
    }
    host.ip('link', 'add', 'bridge0', 'type', 'bridge');
    for (const name of this.#members()) host.ip('link', 'set', name, 'master', 'bridge0', 'up');
    host.ip('link', 'set', 'bridge0', 'up');
  }
}
