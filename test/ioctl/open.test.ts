/** Which release the commands take the kernel to be of, in processes with and without a rump kernel. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { ifconfigUsage } from '../../src/cli/ifconfig-usage';
import { newestRelease, traitsOf, type Release } from '../../src/ioctl/release';
import { packageRoot } from '../../src/package-root';
import { cannotCompile, compileFixture, type Fixture } from './netbsd/fixture';

const library = 'librumpclient.so';

function run(environment: NodeJS.ProcessEnv, ...argv: readonly string[]) {
  const env = { ...process.env, ...environment };
  const { stdout, stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8', env });
  return { stdout, stderr, status };
}

function releaseIn(environment: NodeJS.ProcessEnv): unknown {
  const open = join(packageRoot(), 'dist', 'src', 'ioctl', 'open.js');
  const script = `require(${JSON.stringify(open)}).kernelRelease().then((r) => console.log(JSON.stringify(r)))`;
  const { stdout, stderr } = run(environment, '-e', script);
  assert.equal(stderr, '');
  return JSON.parse(stdout);
}

const ifconfig = join(packageRoot(), 'dist', 'bin', 'ifconfig-l2tp.js');
const nowhere = { RUMP_SERVER: 'unix:///nowhere', LD_LIBRARY_PATH: '/nowhere' };

test('on Linux, the newest', { skip: process.platform !== 'linux' && 'needs Linux' }, () => {
  assert.deepEqual(releaseIn({ RUMP_SERVER: '' }), newestRelease);
});

test('a rump kernel that cannot be reached: the newest, and the first request tells', () => {
  assert.deepEqual(releaseIn(nowhere), newestRelease);
  assert.deepEqual(run(nowhere, ifconfig, '-z', '-l').stderr, ifconfigUsage());
  const { stderr, status } = run(nowhere, ifconfig, '-l');
  assert.match(stderr, /^ifconfig: .+\n$/);
  assert.equal(status, 1);
});

suite('a rump kernel', { skip: cannotCompile() }, () => {
  const release: Release = { major: 9, minor: 3 };
  let fixture: Fixture;
  let environment: NodeJS.ProcessEnv;
  before(async () => {
    fixture = await compileFixture();
    const directory = dirname(fixture.path);
    renameSync(fixture.path, join(directory, library));
    environment = { RUMP_SERVER: 'unix:///rump', LD_LIBRARY_PATH: directory };
  });
  after(() => fixture.remove());

  test('is asked for its own release', () => assert.deepEqual(releaseIn(environment), release));

  test('decides which verbs there are', () => {
    const { stderr, status } = run(environment, ifconfig, 'l2tp0', 'description', 'x');
    assert.deepEqual([stderr, status], [ifconfigUsage(traitsOf(release)), 1]);
  });
});
