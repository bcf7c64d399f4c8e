import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/package-root';
import { missingTool, run } from '../system/lab';
import { manDirectory, pages } from './pages';

const skip = missingTool('mandoc') ? 'needs mandoc: apt-get install mandoc' : false;

/** What mandoc says about pages of other packages, which may or may not be installed. */
const aboutOthers = /referenced manual not found: Xr|outdated mandoc\.db/;

describe('manual pages', () => {
  for (const page of pages) {
    it(`${page} has nothing for mandoc to say about, not even of style`, { skip }, () => {
      const { stdout, stderr } = run(['mandoc', '-T', 'lint', '-W', 'style', join(manDirectory, page)]);
      const remarks = `${stdout}${stderr}`.split('\n').filter((line) => line && !aboutOthers.test(line));
      assert.deepEqual(remarks, []);
    });
  }

  it('refer to no page of this package that is not there', () => {
    for (const page of pages) {
      const source = readFileSync(join(manDirectory, page), 'utf8');
      for (const [, name = '', section = ''] of source.matchAll(/^\.Xr (\S+-l2tp|l2tp|l2tpd) (\d)/gm)) {
        assert.ok(pages.includes(`${name}.${section}`), `${page}: ${name}(${section})`);
      }
    }
  });

  it('are those that package.json installs', () => {
    const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
    assert.ok(typeof manifest === 'object' && manifest !== null && 'man' in manifest);
    assert.ok(Array.isArray(manifest.man));
    const installed: readonly unknown[] = manifest.man;
    assert.deepEqual(new Set(installed), new Set(pages.map((page) => `man/${page}`)));
  });
});
