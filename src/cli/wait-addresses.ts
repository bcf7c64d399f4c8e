/** -w: waits until no address is tentative any more, as duplicate address detection leaves it. */
import { AF_INET, AF_INET6, IFF_UP, IN_IFF_DETACHED, IN_IFF_TENTATIVE } from '../../native-structs';
import { IN6_IFF_DETACHED, IN6_IFF_TENTATIVE } from '../../native-structs';
import type { IfAddr } from '../ioctl/kernel';
import type { Session } from './command';
import { CommandError, orFail } from './errors';

/** Milliseconds between two looks. */
const pollInterval = 10;

const bits = new Map([
  [AF_INET, { tentative: IN_IFF_TENTATIVE, detached: IN_IFF_DETACHED }],
  [AF_INET6, { tentative: IN6_IFF_TENTATIVE, detached: IN6_IFF_DETACHED }],
]);

function isAwaited({ addr, flags, addrflags }: IfAddr, withDetached: boolean): boolean {
  const family = bits.get(addr?.[1] ?? 0);
  if (!family) return false;
  if (addrflags & family.tentative) return true;
  return withDetached && (flags & IFF_UP) !== 0 && (addrflags & family.detached) !== 0;
}

/**
 * Waits `seconds` (0: without end), in the first `detachedSeconds` of them also for detached addresses. Throws
 * CommandError when the time is over.
 */
export async function waitForAddresses(
  session: Session,
  seconds: number,
  detachedSeconds: number,
): Promise<void> {
  const kernel = await session.kernel();
  const started = performance.now();
  const passed = () => (performance.now() - started) / 1000;
  for (;;) {
    const addresses = await orFail('getifaddrs', kernel.getifaddrs());
    const withDetached = seconds > 0 && passed() < detachedSeconds;
    if (!addresses.some((entry) => isAwaited(entry, withDetached))) return;
    await new Promise((resolve) => setTimeout(resolve, pollInterval));
    if (seconds > 0 && passed() > seconds) throw new CommandError('timed out');
  }
}
