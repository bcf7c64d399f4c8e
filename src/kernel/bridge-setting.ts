/**
 * A value that NetBSD's bridge holds to the letter and the host's bridge perhaps only roughly, or not at all.
 *
 * What was set is read back for as long as the host still has what it had right afterwards. Once the host's value
 * has moved, somebody else moved it, and the host's is the truth.
 */
import { KernelError } from '../../native-structs';

export class Setting {
  #set: { readonly value: number; readonly host: number } | null = null;

  /** `value` was asked for, and `host` is what the host has since. */
  remember(value: number, host: number): void {
    this.#set = { value, host };
  }

  /** What to show while the host has `host`, which means `translated` if somebody else set it. */
  show(host: number, translated: number): number {
    return this.#set?.host === host ? this.#set.value : translated;
  }
}

/**
 * Hands a value to the host by `push`. One that the host's bridge has no room for goes no further if it has no
 * effect now; EINVAL if `effective`, because the bridge would then run by other values than it shows.
 */
export function offer(push: () => void, effective: boolean): void {
  try {
    push();
  } catch (error) {
    const refused = error instanceof KernelError && (error.code === 'EINVAL' || error.code === 'ERANGE');
    if (!refused) throw error;
    if (effective) throw new KernelError('EINVAL');
  }
}
