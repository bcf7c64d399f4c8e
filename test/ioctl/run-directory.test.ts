import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { examine, runDirectories } from '../../src/ioctl/run-directory';

describe('runDirectories', () => {
  it('tries /run, the session and /tmp, in this order', () => {
    const user = String(process.geteuid?.());
    assert.deepEqual(
      runDirectories({ XDG_RUNTIME_DIR: '/run/user/7' }).map(({ base }) => base),
      ['/run/ifconfig-l2tp', '/run/user/7/ifconfig-l2tp', `/tmp/ifconfig-l2tp-${user}`],
    );
    assert.deepEqual(
      runDirectories({}).map(({ base }) => base),
      ['/run/ifconfig-l2tp', `/tmp/ifconfig-l2tp-${user}`],
    );
  });

  it('tries the chosen one alone', () => {
    const [found, ...others] = runDirectories({
      IFCONFIG_L2TP_RUNDIR: 'here',
      XDG_RUNTIME_DIR: '/run/user/7',
    });
    assert.equal(found?.base, join(process.cwd(), 'here'));
    assert.match(found.socket, /\/here\/\d+\/socket$/);
    assert.equal(found.ownBase, false);
    assert.deepEqual(others, []);
  });
});

describe('examine', () => {
  let base = '';
  before(() => (base = mkdtempSync(join(tmpdir(), 'l2tp-'))));
  after(() => rmSync(base, { recursive: true }));
  const kind = (name: string) => examine(join(base, name)).kind;

  it('trusts a directory of ours that others may only read', () => {
    mkdirSync(join(base, 'good'), { mode: 0o755 });
    assert.equal(kind('good'), 'trusted');
  });
  it('finds nothing where nothing is', () => {
    assert.equal(kind('none'), 'absent');
    assert.equal(kind('none/none'), 'absent');
  });
  it('distrusts a directory that others may write to, sticky or not', () => {
    mkdirSync(join(base, 'open'));
    for (const mode of [0o1777, 0o777, 0o775]) {
      chmodSync(join(base, 'open'), mode);
      assert.equal(kind('open'), 'distrusted');
    }
  });
  it('distrusts files and symbolic links', () => {
    writeFileSync(join(base, 'file'), '');
    symlinkSync('/', join(base, 'link'));
    symlinkSync('/nowhere', join(base, 'dangling'));
    for (const name of ['file', 'link', 'dangling']) assert.equal(kind(name), 'distrusted');
  });
  it("distrusts another user's directory", { skip: process.geteuid?.() !== 0 && 'needs root' }, () => {
    mkdirSync(join(base, 'foreign'));
    chownSync(join(base, 'foreign'), 65534, 65534);
    assert.equal(kind('foreign'), 'distrusted');
  });
});
