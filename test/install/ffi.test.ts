/**
 * The way to a built ffi-napi on NetBSD, walked here: gyp is told that it builds for NetBSD, in a copy of the package.
 *
 * The compiler is called as NetBSD's behaves, without position-independent code of its own accord. npm takes everything
 * from its cache: there is no network in the machine that tests run in.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { packageRoot } from '../../src/package-root';
import { missingTool, must, run, type Outcome } from '../system/lab';

const root = packageRoot();

/** This process's environment without what the npm and the test runner around it have put there. */
const bare = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_TEST_CONTEXT$|NODE_OPTIONS$)/i.test(name)),
);
const netbsd = { ...bare, GYP_DEFINES: 'OS=netbsd', CC: 'cc -fno-pie', CXX: 'c++ -fno-pie' };

function hasNodeHeaders(): boolean {
  const version = process.versions.node;
  const directories = [
    run(['npm', 'config', 'get', 'nodedir'], { env: bare }).stdout.trim(),
    dirname(dirname(process.execPath)),
    join(homedir(), '.cache', 'node-gyp', version),
  ];
  return directories.some((directory) => existsSync(join(directory, 'include', 'node', 'node_api.h')));
}

/** A skip reason where native packages cannot be built. */
function cannotBuild(): string | false {
  const tool = missingTool('npm', 'cc', 'c++', 'make', 'python3', 'git');
  if (tool) return `needs ${tool}: apt-get install build-essential python3 git`;
  return hasNodeHeaders() ? false : "needs node's headers: npx node-gyp install";
}

/** npm from its cache alone; null after skipping the test because something is not there. */
function npmOffline(t: TestContext, directory: string, env: NodeJS.ProcessEnv, ...words: string[]) {
  const outcome = run(['npm', '--prefix', directory, '--offline', ...words], { env });
  if (!(outcome.stderr + outcome.stdout).includes('ENOTCACHED')) return outcome;
  t.skip("needs this package's dependencies in npm's cache: npm ci");
  return null;
}

interface Manifest {
  readonly version: string;
  readonly scripts: Record<string, string>;
}

/** The package's files without node_modules; what `prepare` would build is copied. */
function copyPackage(to: string): void {
  const files = must(['git', '-C', root, 'ls-files', '-co', '--exclude-standard', '-z']).split('\0');
  for (const file of files)
    if (file !== '' && existsSync(join(root, file))) cpSync(join(root, file), join(to, file));
  cpSync(join(root, 'dist'), join(to, 'dist'), { recursive: true });
  const path = join(to, 'package.json');
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
  delete manifest.scripts.prepare;
  writeFileSync(path, JSON.stringify(manifest));
}

/** A package-lock.json of a project that has this package's tarball as its one dependency. */
function consumersLock(copy: string, tarball: string): object {
  const lock = JSON.parse(readFileSync(join(copy, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const { '': own, ...others } = lock.packages;
  const needed = Object.entries(others).filter(([, { dev }]) => !dev);
  const dependencies = { 'ifconfig-l2tp': `file:${tarball}` };
  return {
    name: 'consumer',
    lockfileVersion: 3,
    requires: true,
    packages: {
      '': { name: 'consumer', dependencies },
      ...Object.fromEntries(needed),
      'node_modules/ifconfig-l2tp': {
        ...own,
        devDependencies: undefined,
        resolved: dependencies['ifconfig-l2tp'],
      },
    },
  };
}

/** Whether the packages in `directory`'s node_modules call a C function right. */
function callsC(directory: string): Outcome {
  const script = `
    const ffi = require('ffi-napi');
    const { getpid } = new ffi.Library(null, { getpid: ['int', []] });
    process.exitCode = getpid() === process.pid ? 0 : 1;`;
  return run([process.execPath, '-e', script], {
    env: { ...bare, NODE_PATH: join(directory, 'node_modules') },
  });
}

describe('installing where the system is NetBSD', { skip: cannotBuild() }, () => {
  let work = '';
  let copy = '';
  let hasFfi = false;
  before(() => {
    work = mkdtempSync(join(tmpdir(), 'l2tp-install-'));
    copy = join(work, 'copy');
    copyPackage(copy);
  });
  after(() => rmSync(work, { recursive: true, force: true }));

  it('npm ci in a clone builds ffi-napi, and every ioctl passes through it', (t) => {
    const outcome = npmOffline(t, copy, netbsd, 'ci', '--omit=dev', '--no-audit', '--no-fund');
    if (!outcome) return;
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.deepEqual(callsC(copy), { status: 0, stdout: '', stderr: '' });
    const tests = join(copy, 'dist/test/ioctl/netbsd/kernel.test.js');
    const report = run([process.execPath, '--test', '--test-reporter=tap', tests], { env: bare });
    assert.equal(report.status, 0, report.stdout);
    assert.match(report.stdout, /^# skipped 0$/m);
    hasFfi = true;
  });

  it('the build for aarch64 has the assembler file and the configuration', (t) => {
    if (!hasFfi) {
      t.skip('needs the clone with ffi-napi');
      return;
    }
    const directory = join(copy, 'node_modules/ffi-napi');
    const configure = ['exec', '--no', '-c', 'node-gyp configure --arch=arm64'];
    must(['sh', '-c', 'cd "$0" && npm "$@"', directory, '--prefix', directory, ...configure], {
      env: netbsd,
    });
    const makefile = readFileSync(join(directory, 'build/deps/libffi/ffi.target.mk'), 'utf8');
    assert.match(makefile, /src\/aarch64\/sysv\.o/);
    assert.match(makefile, /-I\S+\/config\/netbsd\/arm64$/m);
    const configuration = join(directory, 'deps/libffi/config/netbsd/arm64/fficonfig.h');
    assert.doesNotMatch(readFileSync(configuration, 'utf8'), /^#define HAVE_ALLOCA_H/m);
  });

  it('npm ci of a project that depends on this package builds ffi-napi in one go', (t) => {
    const tarball = must(['npm', 'pack', '--silent', '--ignore-scripts', '--pack-destination', work, copy], {
      env: bare,
    }).trim();
    const consumer = join(work, 'consumer');
    mkdirSync(consumer);
    const lock = consumersLock(copy, `../${tarball}`);
    writeFileSync(join(consumer, 'package-lock.json'), JSON.stringify(lock));
    const dependencies = { 'ifconfig-l2tp': `file:../${tarball}` };
    writeFileSync(join(consumer, 'package.json'), JSON.stringify({ name: 'consumer', dependencies }));
    const outcome = npmOffline(t, consumer, netbsd, 'ci', '--no-audit', '--no-fund');
    if (!outcome) return;
    assert.equal(outcome.status, 0, outcome.stderr);
    assert.doesNotMatch(outcome.stderr, /ffi-napi is missing/);
    assert.deepEqual(callsC(consumer), { status: 0, stdout: '', stderr: '' });
  });
});

describe('the install script', () => {
  const script = join(root, 'src/install/ffi.cjs');

  it('does nothing elsewhere', () => {
    for (const phase of [[], ['preinstall'], ['postinstall']])
      assert.deepEqual(run([process.execPath, script, ...phase], { env: bare }), {
        status: 0,
        stdout: '',
        stderr: '',
      });
  });

  it('has npm build with the newest Python of pkgsrc, whose name has its version', () => {
    const directory = mkdtempSync(join(tmpdir(), 'l2tp-install-'));
    try {
      const copied = join(directory, 'package/src/install');
      cpSync(dirname(script), copied, { recursive: true });
      const installed = join(directory, 'package/node_modules/@2060.io/ref-napi');
      mkdirSync(installed, { recursive: true });
      writeFileSync(join(installed, 'package.json'), '{"main":"none.js"}');
      const bin = join(directory, 'bin');
      mkdirSync(bin);
      for (const name of ['python3.9', 'python3.13', 'python3.13-config', 'python2.7'])
        writeFileSync(join(bin, name), '');
      const npm = join(directory, 'npm.js');
      writeFileSync(npm, 'console.log(process.env.PYTHON, ...process.argv.slice(2))');
      const { stdout } = run([process.execPath, join(copied, 'ffi.cjs')], {
        env: { PATH: bin, npm_execpath: npm },
      });
      assert.equal(stdout, `${join(bin, 'python3.13')} --prefix ${installed} run install\n`);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('never makes an install fail, and says what is missing', () => {
    const directory = mkdtempSync(join(tmpdir(), 'l2tp-install-'));
    try {
      const copied = join(directory, 'package/src/install');
      cpSync(dirname(script), copied, { recursive: true });
      const env = { ...bare, GYP_DEFINES: 'OS=netbsd' };
      const nothing = run([process.execPath, join(copied, 'ffi.cjs'), 'postinstall'], { env });
      assert.equal(nothing.status, 0);
      assert.match(nothing.stderr, /^ifconfig-l2tp: ffi-napi is missing, .*: its build failed\n/);
      const byHand = run([process.execPath, join(copied, 'ffi.cjs')], { env });
      assert.equal(byHand.status, 1);
      assert.match(byHand.stderr, /@2060\.io\/ref-napi is not installed/);

      // an ffi-napi whose build file is not the one that is known
      const other = join(directory, 'package/node_modules/ffi-napi');
      mkdirSync(join(other, 'deps/libffi'), { recursive: true });
      writeFileSync(join(other, 'package.json'), '{}');
      writeFileSync(join(other, 'deps/libffi/libffi.gyp'), '{}');
      const unknown = run([process.execPath, join(copied, 'ffi.cjs'), 'preinstall'], { env });
      assert.equal(unknown.status, 0);
      assert.match(unknown.stderr, /libffi\.gyp is not the file that is known here/);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
