/** Opens NetBSD's kernel: libc's, or a rump server's where RUMP_SERVER names one. */
import type { Kernel } from '../kernel';
import { NetbsdKernel } from './kernel';
import { hostAbi } from './port';
import { chooseLibrary, loadSystemCalls } from './system-calls';

/** Throws FfiUnavailableError where ffi-napi or the library is missing, RumpServerError where no server answers. */
export async function openNetbsdKernel(environment: NodeJS.ProcessEnv): Promise<Kernel> {
  const abi = hostAbi();
  return new NetbsdKernel(abi, await loadSystemCalls(chooseLibrary(environment), abi));
}
