/** A command in miniature, for tests in other processes: `create=l2tp0 status=l2tp0 wait` and so on, an answer a line. */
import { once } from 'node:events';
import { KernelError } from '../../native-structs';
import { openKernel } from '../../src/ioctl/open';
import { createRequest, destroyRequest, statusRequest } from './fake-kernel';
import { ifreq } from './requests';

const requests = new Map([
  ['create', createRequest],
  ['destroy', destroyRequest],
  ['status', statusRequest],
]);

async function main(): Promise<void> {
  const kernel = await openKernel();
  for (const word of process.argv.slice(2)) {
    const [verb = '', name = ''] = word.split('=');
    if (verb === 'wait') await once(process.stdin, 'data');
    else console.log(await answer(() => kernel.ioctl(2, requests.get(verb) ?? 0, ifreq(name))));
  }
  await kernel.close();
}

async function answer(ask: () => Promise<void>): Promise<string> {
  try {
    await ask();
    return 'ok';
  } catch (error) {
    if (error instanceof KernelError) return error.code;
    return error instanceof Error ? error.message : String(error);
  }
}

void main().then(() => process.exit());
