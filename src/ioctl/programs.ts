/** Where the package's programs are: beside the running bundle, or in dist/bin as seen from dist/src/ioctl. */
import { basename, join } from 'node:path';

/** Path of the bundle dist/bin/`name`.js. */
export function programFile(name: 'ifconfig-l2tp' | 'l2tpd' | 'packet-worker'): string {
  const directory = basename(__dirname) === 'bin' ? __dirname : join(__dirname, '..', '..', 'bin');
  return join(directory, `${name}.js`);
}
