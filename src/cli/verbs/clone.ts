/** create and destroy, which stand right behind the interface's name. */
import { KernelError } from '../../../native-structs';
import { sendIndirect } from '../request';
import type { Action } from '../verb';

const requests = { create: 'SIOCIFCREATE', destroy: 'SIOCIFDESTROY' } as const;

export type CloneVerb = keyof typeof requests;

export const isCloneVerb = (word: string | undefined): word is CloneVerb =>
  word !== undefined && Object.hasOwn(requests, word);

/** Creates or destroys the interface. A refusal is printed here and again by whoever runs the action. */
export const cloneAction =
  (word: CloneVerb): Action =>
  async ({ session, kernel, ifname }) => {
    try {
      await sendIndirect(kernel, requests[word], ifname, null);
    } catch (error) {
      if (error instanceof KernelError) session.warn(`clone_command: ${error.message}`);
      throw error;
    }
  };
