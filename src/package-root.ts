/** Where this package is installed. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The directory of package.json above this file, bundled or not. */
export function packageRoot(): string {
  let directory = __dirname;
  while (!existsSync(join(directory, 'package.json'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`no package.json above ${__dirname}`);
    directory = parent;
  }
  return directory;
}
