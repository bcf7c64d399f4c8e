/** The pkgsrc package: its Makefile, its PLIST and this package say the same, and what it installs is enough to run. */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { packageRoot } from '../../src/package-root';
import { cannotCompile } from '../ioctl/netbsd/fixture';
import { run } from '../system/lab';

const root = packageRoot();
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  version: string;
  license: string;
  bin: { l2tpd: string } & Record<string, string>;
  files: string[];
};
const directory = join(root, 'src/pkgsrc/net/ifconfig-l2tp');
const read = (name: string) => readFileSync(join(directory, name), 'utf8');
const makefile = read('Makefile').replaceAll('\\\n', ' ');

/** The words that `NAME=` and `NAME+=` lines assign, without comments. */
function words(variable: string): string[] {
  const lines = makefile.matchAll(new RegExp(`^${variable}\\+?=[ \\t]*([^#\\n]*)`, 'gm'));
  return [...lines].flatMap(([, value = '']) => value.split(/\s+/).filter((word) => word !== ''));
}

const installed = [...words('OWN_FILES'), ...words('MODULE_FILES')];

/** Not of NetBSD: the daemon and the demonstration; and caches, which are made for one node. */
const left = /\/(l2tpd|packet-worker|demo)\.js$|\.cache$/;

describe('the pkgsrc package', () => {
  it('has this version, license and interpreter scripts', () => {
    assert.deepEqual(words('DISTNAME'), [`ifconfig-l2tp-${manifest.version}`]);
    assert.equal(manifest.license, 'BSD-2-Clause');
    assert.deepEqual(words('LICENSE'), ['2-clause-bsd']);
    const { l2tpd, ...commands } = manifest.bin;
    assert.match(l2tpd, left);
    assert.deepEqual(words('REPLACE_NODEJS').sort(), Object.values(commands).sort());
  });

  it('installs every bundle and the drop-in commands, from what npm packs', () => {
    const bundles = readdirSync(join(root, 'dist/bin')).map((file) => `dist/bin/${file}`);
    const dropIn = readdirSync(join(root, 'src/drop-in')).map((file) => `src/drop-in/${file}`);
    const wanted = [...bundles, ...dropIn, 'LICENSE', 'package.json'].filter((file) => !left.test(file));
    assert.deepEqual(words('OWN_FILES').sort(), wanted.sort());
    for (const part of ['dist/bin', 'src/drop-in', 'src/install', 'man'])
      assert.ok(manifest.files.includes(part), part);
  });

  it('lists what the Makefile installs', () => {
    const expected = [
      ...installed.map((file) => `lib/node_modules/ifconfig-l2tp/${file}`),
      ...['ifconfig-l2tp', 'brconfig-l2tp'].flatMap((name) => [`bin/${name}`, `man/man8/${name}.8`]),
    ];
    for (const name of ['ifconfig-l2tp.8', 'brconfig-l2tp.8'])
      assert.ok(existsSync(join(root, 'man', name)), name);
    const lines = read('PLIST').trimEnd().split('\n');
    assert.equal(lines.shift(), '@comment $NetBSD$');
    assert.deepEqual(lines, expected.sort());
  });

  it('has the other files that pkgsrc wants', () => {
    assert.match(read('distinfo'), /^\$NetBSD\$\n/);
    assert.match(read('Makefile'), /^# \$NetBSD\$\n/);
    for (const line of read('DESCR').split('\n')) assert.ok(line.length <= 80, line);
    assert.ok(words('COMMENT').join(' ').length <= 70);
  });

  it('runs with these files alone, ffi-napi included', { skip: cannotCompile() }, () => {
    const copy = mkdtempSync(join(tmpdir(), 'l2tp-pkgsrc-'));
    try {
      for (const file of installed) cpSync(join(root, file), join(copy, file));
      const command = join(copy, 'dist/bin/ifconfig-l2tp.js');
      const dry = run([process.execPath, command, '-n', 'l2tp0', 'create']);
      assert.match(dry.stdout, /^SIOCIFCREATE 0x8090697a ifreq /);
      assert.deepEqual({ status: dry.status, stderr: dry.stderr }, { status: 0, stderr: '' });
      const version = run([process.execPath, command, '--version']);
      assert.equal(version.stdout, `${manifest.version}\n`);
      // the way over FFI gets as far as looking for the library
      const rump = run([process.execPath, command, 'l2tp0'], {
        env: { ...process.env, RUMP_SERVER: 'unix:///nowhere' },
      });
      assert.match(rump.stderr, /^ifconfig: cannot load librumpclient\.so\n$/);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
