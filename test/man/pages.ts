/** The manual pages of this package. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/package-root';

export const manDirectory = join(packageRoot(), 'man');

export const pages: readonly string[] = readdirSync(manDirectory).sort();
