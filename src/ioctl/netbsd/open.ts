/** Opens NetBSD's kernel: libc's, or a rump server's where RUMP_SERVER names one. */
import type { Abi } from '../../../native-structs';
import type { Kernel } from '../kernel';
import { NetbsdKernel } from './kernel';
import { hostAbi } from './port';
import { chooseLibrary, loadSystemCalls, type SystemCalls } from './system-calls';

interface Loaded {
  readonly abi: Abi;
  readonly calls: SystemCalls;
}

let loaded: Promise<Loaded> | undefined;

/** Once in a process: librumpclient has one connection to its server. */
function load(environment: NodeJS.ProcessEnv): Promise<Loaded> {
  loaded ??= (async () => {
    const abi = hostAbi();
    return { abi, calls: await loadSystemCalls(chooseLibrary(environment), abi) };
  })();
  return loaded;
}

/** Rejects with FfiUnavailableError where ffi-napi or the library is missing, RumpServerError where no server answers. */
export async function openNetbsdKernel(environment: NodeJS.ProcessEnv): Promise<Kernel> {
  const { abi, calls } = await load(environment);
  return new NetbsdKernel(abi, calls);
}

/** CTL_KERN and KERN_OSRELEASE of <sys/sysctl.h>. */
const osRelease = [1, 2];

/** What the kernel calls its release, such as `10.1_STABLE`. Rejects as openNetbsdKernel(), and with KernelError. */
export async function netbsdRelease(environment: NodeJS.ProcessEnv): Promise<string> {
  const { calls } = await load(environment);
  return calls.sysctlText(osRelease);
}
