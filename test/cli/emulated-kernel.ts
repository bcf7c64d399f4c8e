/** The emulated kernel as a command sees it, without the daemon and its socket between them. */
import type { IfAddr, Kernel, Pointee, SocketDomain } from '../../src/ioctl/kernel';
import { place } from '../../src/ioctl/pointees';
import type { Caller, EmulatedKernel } from '../../src/kernel/contract';

export function seamTo(emulated: EmulatedKernel, caller: Caller = { uid: 0 }): Kernel {
  return {
    abi: emulated.abi,
    ioctl(domain: SocketDomain, request: number, argument: Buffer, pointees: readonly Pointee[] = []) {
      return emulated.ioctl(caller, domain, request, argument, place(emulated.abi, argument, pointees));
    },
    async getifaddrs(): Promise<readonly IfAddr[]> {
      return emulated.getifaddrs();
    },
    close: () => Promise.resolve(),
  };
}
