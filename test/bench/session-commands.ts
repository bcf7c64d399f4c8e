/**
 * Configures many sessions between two addresses, by the commands that a user would type, in one process.
 * Usage: node session-commands.js LOCAL REMOTE COUNT FIRST-LOCAL-SESSION FIRST-REMOTE-SESSION
 */
import { ifconfig } from '../../src/cli/ifconfig';
import type { Context } from '../../src/cli/command';
import { openKernel } from '../../src/ioctl/open';
import type { Kernel } from '../../src/ioctl/kernel';

/** The same kernel for all commands: their close() leaves the connection open. */
function kept(kernel: Kernel): Kernel {
  return {
    abi: kernel.abi,
    ioctl: (domain, request, argument, pointees) => kernel.ioctl(domain, request, argument, pointees),
    getifaddrs: () => kernel.getifaddrs(),
    close: () => Promise.resolve(),
  };
}

async function main([local = '', remote = '', ...numbers]: readonly string[]): Promise<void> {
  const [count = 0, localSession = 0, remoteSession = 0] = numbers.map(Number);
  const kernel = await openKernel();
  let errors = '';
  const context: Context = {
    kernel: () => Promise.resolve(kept(kernel)),
    stdout: process.stdout,
    stderr: { write: (text) => void (errors += text) },
  };
  try {
    for (let place = 0; place < count; place += 1) {
      const device = `l2tp${place}`;
      for (const words of [
        ['create'],
        ['tunnel', local, remote],
        ['session', String(localSession + place), String(remoteSession + place)],
        ['up'],
      ]) {
        if ((await ifconfig([device, ...words], context)) !== 0)
          throw new Error(`ifconfig ${device} ${words.join(' ')}: ${errors}`);
      }
    }
  } finally {
    await kernel.close();
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
