/** What `l2tpd --status` prints: the daemon's interfaces, their counters, and what was dropped, by cause. */
import { AF_INET, ioctlNumber, KernelError, structs } from '../../native-structs';
import { dropCauses } from '../datapath/drop-causes';
import type { IfAddr, Kernel } from '../ioctl/kernel';
import { L2TPDROPS, packetSocket } from '../kernel/l2tp-drops';

/** More than one line of a name and 20 digits takes, for every cause. */
const room = (dropCauses.length + 1) * 64;
const ours = /^(l2tp|bridge)\d+$/;

/** The lines, without their ends. Throws KernelError. */
export async function describe(kernel: Kernel): Promise<string[]> {
  const interfaces = (await kernel.getifaddrs()).filter(({ name, data }) => ours.test(name) && data !== null);
  const lines: string[] = [];
  let elsewhere: string[] = [];
  for (const found of interfaces) {
    const drops = await readDrops(kernel, found.name);
    lines.push(...countersOf(kernel, found), ...packetSocketLines(drops), ...dropLines(drops, true));
    // The same counters whichever l2tp interface is asked; a bridge has none.
    if (drops.size > 0) elsewhere = dropLines(drops, false);
  }
  if (elsewhere.length > 0) lines.push('no interface:', ...elsewhere);
  return lines;
}

function countersOf(kernel: Kernel, { name, data }: IfAddr): string[] {
  if (data === null) return [`${name}:`];
  const counters = structs(kernel.abi, 'if_data').at(data);
  return [
    `${name}:`,
    `\tinput: ${counters.ifi_ipackets} packets, ${counters.ifi_ibytes} bytes, ${counters.ifi_ierrors} errors`,
    `\toutput: ${counters.ifi_opackets} packets, ${counters.ifi_obytes} bytes, ${counters.ifi_oerrors} errors`,
  ];
}

/** Counts by cause; none where the interface has no such counters. */
async function readDrops(kernel: Kernel, name: string): Promise<ReadonlyMap<string, bigint>> {
  const { abi } = kernel;
  const ifdrv = structs(abi, 'ifdrv');
  const memory = Buffer.alloc(room);
  const argument = ifdrv.make({ ifd_name: name, ifd_cmd: BigInt(L2TPDROPS), ifd_len: BigInt(room) });
  try {
    const pointees = [{ at: ifdrv.fields.ifd_data.offset, memory }];
    await kernel.ioctl(AF_INET, ioctlNumber(abi, 'SIOCGDRVSPEC'), argument, pointees);
  } catch (error) {
    if (error instanceof KernelError) return new Map();
    throw error;
  }
  const text = memory.toString('latin1', 0, Number(ifdrv.at(argument).ifd_len));
  return new Map(
    [...text.matchAll(/^(\S+) (\d+)$/gm)].map(([, cause = '', count = '0']) => [cause, BigInt(count)]),
  );
}

function packetSocketLines(counts: ReadonlyMap<string, bigint>): string[] {
  const count = counts.get(packetSocket) ?? 0n;
  return count > 0n ? [`\toutput by packet socket: ${count} packets`] : [];
}

function dropLines(drops: ReadonlyMap<string, bigint>, perInterface: boolean): string[] {
  return dropCauses
    .filter((cause) => cause.perInterface === perInterface && (drops.get(cause.name) ?? 0n) > 0n)
    .map(({ name, text }) => `\tdropped, ${name}: ${drops.get(name) ?? 0n} (${text})`);
}
