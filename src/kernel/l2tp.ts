/** The l2tp(4) driver: creates and destroys interfaces, and is the one place where what they are is changed. */
import { KernelError } from '../../native-structs';
import type { Datapath } from '../datapath/datapath';
import type { Log } from './contract';
import type { Cloner, Ifnet } from './driver';
import { errnoOf } from './error-number';
import type { Host, Link } from './host';
import { L2tpIfnet } from './l2tp-ifnet';
import { Softc } from './l2tp-softc';
import { hasPorts, pseudowire, type Variant } from './l2tp-variant';

export interface L2tpOptions {
  readonly host: Host;
  readonly datapath: Datapath;
  readonly log: Log;
  readonly udpPorts: boolean;
}

export class L2tp implements Cloner {
  readonly name = 'l2tp';
  readonly datapath: Datapath;
  readonly log: Log;
  readonly #host: Host;
  /** Whether a tunnel whose addresses have ports travels in UDP. */
  readonly #udpPorts: boolean;
  /** By the host's index of the TAP device. */
  readonly #softcs = new Map<number, Softc>();
  #lastId = 0;

  constructor({ host, datapath, log, udpPorts }: L2tpOptions) {
    this.datapath = datapath;
    this.log = log;
    this.#host = host;
    this.#udpPorts = udpPorts;
  }

  /** Throws EEXIST if the host has a link of that name, what the host or the data path refuses otherwise. */
  async create(unit: number): Promise<Ifnet> {
    const name = `l2tp${unit}`;
    const tap = this.#host.createTap(name);
    this.#lastId += 1;
    const softc = new Softc(this.#lastId, tap, name);
    try {
      const link = this.#host.link(name);
      if (link?.index !== tap.index) throw new KernelError('ENXIO');
      await this.#tellDatapath(softc, name, softc.variant);
      this.#softcs.set(tap.index, softc);
      return new L2tpIfnet(this, this.#host, softc, link);
    } catch (error) {
      this.#host.closeTap(tap);
      throw error;
    }
  }

  async destroy(ifnet: Ifnet): Promise<void> {
    const softc = this.#softcs.get(ifnet.index);
    if (!softc) throw new KernelError('EOPNOTSUPP');
    await this.#dispose(softc);
  }

  list(): readonly L2tpIfnet[] {
    if (this.#softcs.size === 0) return [];
    return this.#host.links().flatMap((link) => this.ifnet(link) ?? []);
  }

  /** Whether there are interfaces, those included of which it has not been noticed yet that the host's device went. */
  get inUse(): boolean {
    return this.#softcs.size > 0;
  }

  /** The interface whose TAP device `link` is; null if it is no such device. */
  ifnet(link: Link): L2tpIfnet | null {
    const softc = this.#softcs.get(link.index);
    return softc ? new L2tpIfnet(this, this.#host, softc, link) : null;
  }

  /** The TAP device of the pseudowire `id` has gone; an unknown id is one that was destroyed meanwhile. */
  async gone(id: number): Promise<void> {
    const softc = [...this.#softcs.values()].find((one) => one.id === id);
    if (!softc) return;
    this.log.warning(`${softc.name}: its device is gone`);
    await this.#dispose(softc);
  }

  /** Destroys every interface; those that cannot be are left out and thrown together at the end. */
  async destroyAll(): Promise<void> {
    const errors: unknown[] = [];
    const softcs = [...this.#softcs.values()];
    this.#softcs.clear();
    for (const { id } of softcs) await this.datapath.remove(id).catch((error: unknown) => errors.push(error));
    this.#host.closeTaps(softcs.map(({ tap }) => tap));
    if (errors.length === 0) return;
    const reasons = new Set(errors.map((error) => (error instanceof Error ? error.message : String(error))));
    throw new AggregateError(errors, `not every l2tp interface went cleanly: ${[...reasons].join(', ')}`);
  }

  /** Replaces a part of an interface's variant, in force when it resolves; if the data path refuses, nothing is changed. */
  async change({ softc, name }: L2tpIfnet, changes: Partial<Variant>): Promise<void> {
    const variant = { ...softc.variant, ...changes };
    await this.#tellDatapath(softc, name, variant);
    softc.variant = variant;
    if (!this.#udpPorts && changes.tunnel && hasPorts(changes.tunnel)) {
      this.log.info(`${name}: the tunnel's ports mean nothing: l2tpd runs without --udp-ports`);
    }
  }

  /** The name of the interface whose local session id is `id`, undefined if there is none. */
  async holderOfSession(id: number): Promise<string | undefined> {
    const softc = [...this.#softcs.values()].find(({ variant }) => variant.localSession === id);
    if (!softc) return undefined;
    const link = this.#host.links().find(({ index }) => index === softc.tap.index);
    if (!link) await this.#dispose(softc);
    return link?.name;
  }

  async #dispose(softc: Softc): Promise<void> {
    this.#softcs.delete(softc.tap.index);
    try {
      await this.datapath.remove(softc.id);
    } finally {
      this.#host.closeTap(softc.tap);
    }
  }

  async #tellDatapath(softc: Softc, name: string, variant: Variant): Promise<void> {
    try {
      const { fd, vnetHeader } = softc.tap;
      await this.datapath.set(
        pseudowire({ id: softc.id, name, tap: fd, vnetHeader }, variant, this.#udpPorts),
      );
    } catch (error) {
      this.log.error(
        `${name}: the data path refuses: ${error instanceof Error ? error.message : String(error)}`,
      );
      throw new KernelError(errnoOf(error));
    }
  }
}
