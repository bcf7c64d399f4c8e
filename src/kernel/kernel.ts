/** The emulated kernel: NetBSD 10's network interfaces on this host's. */
import { IOC_OUT, KernelError, parameterLength } from '../../native-structs';
import { bridgeCloner } from './bridge';
import type { Caller, EmulatedKernel, KernelIfAddr, KernelOptions, Log, MemoryRegion } from './contract';
import { dispatch } from './dispatch';
import { listAddresses } from './ifaddrs';
import { Interfaces } from './interfaces';
import { L2tp } from './l2tp';
import { OneAtATime } from './one-at-a-time';
import { kernelAbi, requestName } from './requests';
import type { System } from './system';
import { UserMemory } from './user-memory';

/** Nothing is done to the host until the first request. */
export function makeKernel({ host, datapath, log, udpPorts = false }: KernelOptions): EmulatedKernel {
  const l2tp = new L2tp({ host, datapath, log, udpPorts });
  const bridge = bridgeCloner(host, (link) => l2tp.ifnet(link) !== null);
  const interfaces = new Interfaces({ host, l2tp, bridge });
  const system: System = { host, log, interfaces, cloners: [bridge, l2tp] };
  const queue = new OneAtATime();

  return {
    abi: kernelAbi,
    ioctl: (caller, domain, number, argument, memory) =>
      queue.run(() => answer(system, { caller, domain, number, argument, memory })),
    getifaddrs: () => queue.run((): readonly KernelIfAddr[] => listAddresses(system)),
    get inUse() {
      return l2tp.inUse || bridge.list().length > 0;
    },
    interfaceGone: (id) => queue.run(() => l2tp.gone(id)),
    shutdown: () =>
      queue.run(async () => {
        try {
          await l2tp.destroyAll();
        } finally {
          for (const ifnet of bridge.list()) await bridge.destroy(ifnet);
        }
      }),
  };
}

interface Call {
  readonly caller: Caller;
  readonly domain: number;
  readonly number: number;
  readonly argument: Buffer;
  readonly memory: readonly MemoryRegion[];
}

/** sys_ioctl(): the argument is copied in, and out again if all went well. */
async function answer(system: System, { caller, domain, number, argument, memory }: Call): Promise<void> {
  const length = parameterLength(number);
  if (argument.length < length) throw new KernelError('EFAULT');
  const copy = Buffer.from(argument.subarray(0, length));
  const user = new UserMemory(memory);
  try {
    await dispatch(system, number, {
      caller,
      domain,
      argument: copy,
      copyin: (address, size) => user.copyin(address, size),
      copyout: (address, bytes) => user.copyout(address, bytes),
    });
  } catch (error) {
    explain(system.log, number, error);
    throw error;
  }
  if (number & IOC_OUT) copy.copy(argument);
}

/** What the host had to say about an error whose number tells too little. */
function explain(log: Log, number: number, error: unknown): void {
  if (error instanceof KernelError && typeof error.cause === 'string')
    log.warning(`${requestName(number) ?? number}: ${error.cause}`);
}
