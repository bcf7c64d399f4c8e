/** Every example of the manual pages, run as it is printed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { block, literalBlocks, manPage, script } from '../../src/demo/man-page';
import { notBuilt, program, withCommands, type Program } from '../system/commands';
import { cannotMakeNamespaces, type Namespace } from '../system/lab';
import { manPageScripts } from '../system/man-page-scripts';
import { inner, ping, Site } from '../system/site';
import { pages } from './pages';

/** A directory in which example scripts run, with the commands as npm installs them. */
class Workplace {
  readonly directory = mkdtempSync(join(tmpdir(), 'l2tp-examples-'));

  constructor() {
    const programs: readonly Program[] = ['ifconfig-l2tp', 'brconfig-l2tp', 'l2tpd'];
    for (const name of programs) symlinkSync(program(name), join(this.directory, name));
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: `${this.directory}:${process.env.PATH ?? ''}:/usr/sbin:/sbin` };
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.directory, name), text);
  }

  /** Runs a script of a page here and returns what it prints. */
  run(host: Namespace, text: string): string {
    return host.sh(`cd ${this.directory}\n${text}`, this.env);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

type Example = (site: Site, workplace: Workplace, text: string) => void | Promise<void>;

const routerScript = (router: 'a' | 'b', cookies: 'with cookies' | 'without cookies'): Example => {
  const page = { 'with cookies': 'cookie', 'without cookies': 'plain' }[cookies];
  const other = router === 'a' ? 'b' : 'a';
  return (site, _workplace, text) => {
    assert.equal(text, manPageScripts[cookies][router]);
    assert.equal(site[router].sh(text, withCommands()), '');
    site[other].sh(script(block('l2tp.4', 'example', `${page} ${other.toUpperCase()}`)), withCommands());
    ping(site.x, inner.ipv4.y);
    ping(site.y, inner.ipv6.x);
  };
};

/** What shows that an example has worked, by page and name. */
const examples: Readonly<Record<string, Example>> = {
  'l2tp.4: plain A': routerScript('a', 'without cookies'),
  'l2tp.4: plain B': routerScript('b', 'without cookies'),
  'l2tp.4: cookie A': routerScript('a', 'with cookies'),
  'l2tp.4: cookie B': routerScript('b', 'with cookies'),
  'ifconfig-l2tp.8: one-line': (site, workplace, text) => {
    const expected = block('ifconfig-l2tp.8', 'output', 'one-line').lines;
    assert.equal(workplace.run(site.a, text), `${expected.join('\n')}\n`);
  },
  'ifconfig-l2tp.8: drop-in': (site, workplace, text) => {
    workplace.write('router-a.sh', manPageScripts['with cookies'].a);
    assert.equal(workplace.run(site.a, text), '');
    site.b.sh(manPageScripts['with cookies'].b, withCommands());
    ping(site.x, inner.ipv4.y);
  },
  'brconfig-l2tp.8: two-members': (site, workplace, text) => {
    assert.match(
      workplace.run(site.a, text),
      /^bridge0: flags=41<UP,RUNNING>\n[^]*\n\tInterfaces:\n\t\tl2tp0 [^]*\n\t\twm1 /,
    );
  },
  'l2tpd.8: foreground': async (site, workplace, text) => {
    const daemon = site.a.start(['sh', '-c', `exec ${text}`], workplace.env);
    assert.ok(daemon.stderr);
    let log = '';
    daemon.stderr.on('data', (chunk) => (log += String(chunk)));
    while (!log.includes('ready')) {
      assert.equal(daemon.exitCode, null, log);
      await once(daemon.stderr, 'data');
    }
    workplace.run(site.a, 'ifconfig-l2tp l2tp0 create; ifconfig-l2tp l2tp0 destroy');
    if (daemon.exitCode === null) await once(daemon, 'exit');
    assert.equal(daemon.exitCode, 0, log);
    assert.match(log, /l2tpd\[\d+\]: /);
  },
};

describe('examples of the manual pages', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  let workplace: Workplace;
  before(() => (workplace = new Workplace()));
  after(() => workplace.remove());

  for (const [title, example] of Object.entries(examples)) {
    it(title, async () => {
      const [page = '', name = ''] = title.split(': ');
      const site = new Site();
      try {
        await example(site, workplace, script(block(page, 'example', name)));
      } finally {
        await site.close();
      }
    });
  }
});

describe('commands in the manual pages', () => {
  it('are all examples that are run', () => {
    const found = pages.flatMap((page) =>
      literalBlocks(manPage(page))
        .filter(({ kind, lines }) => kind === 'example' || lines.some((line) => line.startsWith('# ')))
        .map(({ name }) => `${page}: ${name}`),
    );
    assert.deepEqual(found.sort(), Object.keys(examples).sort());
  });
});
