/**
 * Requests of the kernel that no command makes, through the same seam.
 * Usage: node ask-kernel.js drops INTERFACE, which prints one line "cause count" for each cause of a drop, or
 * node ask-kernel.js state INTERFACE STATE, which sets the session's state (l2tp(4)) and nothing else.
 */
import { AF_INET, ioctlNumber, structs } from '../../native-structs';
import type { Kernel } from '../../src/ioctl/kernel';
import { openKernel } from '../../src/ioctl/open';
import { L2TPDROPS } from '../../src/kernel/l2tp-drops';

const roomForCauses = 4096;

async function drops(kernel: Kernel, name: string): Promise<void> {
  const { abi } = kernel;
  const ifdrv = structs(abi, 'ifdrv');
  const memory = Buffer.alloc(roomForCauses);
  const argument = ifdrv.make({ ifd_name: name, ifd_cmd: BigInt(L2TPDROPS), ifd_len: BigInt(memory.length) });
  const pointee = { at: ifdrv.fields.ifd_data.offset, memory };
  await kernel.ioctl(AF_INET, ioctlNumber(abi, 'SIOCGDRVSPEC'), argument, [pointee]);
  process.stdout.write(memory.subarray(0, Number(ifdrv.at(argument).ifd_len)));
}

async function state(kernel: Kernel, name: string, value: number): Promise<void> {
  const { abi } = kernel;
  const ifreq = structs(abi, 'ifreq');
  const memory = structs(abi, 'l2tp_req').make({ state: value });
  const pointee = { at: ifreq.fields.ifr_ifru.offset, memory };
  await kernel.ioctl(AF_INET, ioctlNumber(abi, 'SIOCSL2TPSTATE'), ifreq.make({ ifr_name: name }), [pointee]);
}

async function main([verb, name = '', value]: readonly string[]): Promise<void> {
  const kernel = await openKernel();
  try {
    await (verb === 'drops' ? drops(kernel, name) : state(kernel, name, Number(value)));
  } finally {
    await kernel.close();
  }
}

void main(process.argv.slice(2));
