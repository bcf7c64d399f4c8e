/** The README's commands do what it says, and what it says about files is true. */
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { block, script } from '../../src/demo/man-page';
import { packageRoot } from '../../src/package-root';
import { notBuilt, program, withCommands } from '../system/commands';
import { cannotMakeNamespaces, must } from '../system/lab';
import { manPageScripts } from '../system/man-page-scripts';
import { inner, ping, Site } from '../system/site';
import { installLine, tools } from '../tools';

const root = packageRoot();
const text = (name: string): string => readFileSync(join(root, name), 'utf8');
const readme = text('README.md');

/** Shell blocks by their first line. */
const blocks = new Map(
  [...readme.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, body = '']) => [body.split('\n')[0] ?? '', body]),
);

const packages = [...new Set(tools.map((tool) => tool.package))];
const installation = installLine(packages);
const routerScript = '# router-a.sh';
const withDropIn = 'PATH="$(npx ifconfig-l2tp --drop-in):$PATH" sh router-a.sh';
const dryRun = 'ifconfig-l2tp -n -v --abi sparc64 --release 9.1 l2tp0 session 1234 4321';
/** Run by .ci/run and by the tests in test/demo. */
const elsewhere = ['npm ci && npm run demo', 'npm ci && npm test'];

describe('README', () => {
  it('has these commands and no others', () => {
    assert.deepEqual(
      [...blocks.keys()].sort(),
      [...elsewhere, installation, routerScript, withDropIn, dryRun].sort(),
    );
  });

  it('shows what a kernel would be asked', { skip: notBuilt() }, () => {
    const [, ...words] = (blocks.get(dryRun) ?? '').trim().split(' ');
    const printed = must([process.execPath, program('ifconfig-l2tp'), ...words]);
    assert.match(printed, /^SIOCSL2TPSESSION_OLD 0x80286997 ifreq /);
    assert.match(printed, /^\t12 my_sess_id 1234\n\t16 peer_sess_id 4321$/m);
  });

  it("has the manual page's script and picture", () => {
    assert.equal(
      blocks.get(routerScript),
      `${routerScript}\n${script(block('l2tp.4', 'example', 'plain A'))}`,
    );
    for (const line of block('l2tp.4', 'picture').lines) assert.ok(readme.includes(`\n    ${line}\n`), line);
  });

  it('links to files that are there, and names rooms that are there', () => {
    const links = [...readme.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    const rooms = [...readme.matchAll(/^([a-z-]+(?:\/[a-z-]+)?\/) {2,}\S/gm)].map(([, path = '']) => path);
    assert.ok(links.length > 4 && rooms.length > 9);
    for (const path of [...links, ...rooms]) assert.ok(existsSync(join(root, path)), path);
  });

  it('names scripts that package.json has', () => {
    const manifest: unknown = JSON.parse(text('package.json'));
    assert.ok(typeof manifest === 'object' && manifest !== null && 'scripts' in manifest);
    const { scripts } = manifest;
    assert.ok(typeof scripts === 'object' && scripts !== null);
    const named = [...readme.matchAll(/npm (?:run )?(demo|test|bench|lint)\b/g)].map(([, name = '']) => name);
    assert.ok(named.length >= 4);
    for (const name of named) assert.ok(Object.hasOwn(scripts, name), name);
  });

  it('installs what .ci/run installs', () => {
    const list = (name: string): readonly string[] =>
      new RegExp(`^${name}=\\((.*)\\)$`, 'm').exec(text('.ci/run'))?.[1]?.split(' ') ?? [];
    assert.deepEqual(
      list('commands'),
      tools.map(({ command }) => command),
    );
    assert.deepEqual(list('packages'), packages);
  });

  it(
    'runs a script with the commands first in PATH',
    { skip: cannotMakeNamespaces() || notBuilt() },
    async () => {
      const project = mkdtempSync(join(tmpdir(), 'l2tp-readme-'));
      const site = new Site();
      try {
        mkdirSync(join(project, 'node_modules', '.bin'), { recursive: true });
        symlinkSync(program('ifconfig-l2tp'), join(project, 'node_modules', '.bin', 'ifconfig-l2tp'));
        writeFileSync(join(project, 'package.json'), '{}');
        writeFileSync(join(project, 'router-a.sh'), blocks.get(routerScript) ?? '');
        const env = { ...process.env, npm_config_offline: 'true', npm_config_update_notifier: 'false' };
        assert.equal(site.a.sh(`cd ${project}\n${blocks.get(withDropIn) ?? 'false'}`, env), '');
        site.b.sh(manPageScripts['without cookies'].b, withCommands());
        ping(site.x, inner.ipv4.y);
      } finally {
        await site.close();
        rmSync(project, { recursive: true });
      }
    },
  );
});
