/** The kernel that the commands talk to, NetBSD's own there, the emulated one elsewhere: opens it, says its release. */
import { daemons } from './daemon';
import { EmulatedKernelClient } from './emulated';
import type { Kernel } from './kernel';
import { newestRelease, releaseOfKernel, type Release } from './release';
import { effectiveUser } from './run-directory';

/**
 * Nothing is started or connected before the first request. With RUMP_SERVER set, a rump kernel is asked on any host.
 * Rejects with FfiUnavailableError where NetBSD's kernel is meant and cannot be reached.
 */
export async function openKernel(): Promise<Kernel> {
  if (process.platform === 'netbsd' || process.env.RUMP_SERVER) {
    const { openNetbsdKernel } = await import('./netbsd/open.js');
    return openNetbsdKernel(process.env);
  }
  return new EmulatedKernelClient({ daemons, privileged: effectiveUser() === 0 });
}

/**
 * The kernel's release: the host's on NetBSD, what a rump kernel says of itself, the newest where the emulated kernel
 * answers. The newest, too, where a rump kernel cannot be reached: the first request will say why.
 */
export async function kernelRelease(): Promise<Release> {
  if (process.env.RUMP_SERVER) return rumpRelease();
  if (process.platform !== 'netbsd') return newestRelease;
  const { release } = await import('node:os');
  return releaseOfKernel(release());
}

async function rumpRelease(): Promise<Release> {
  const { netbsdRelease } = await import('./netbsd/open.js');
  try {
    return releaseOfKernel(await netbsdRelease(process.env));
  } catch {
    return newestRelease;
  }
}
