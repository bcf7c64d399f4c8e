/** Every example of the manual pages, run as it is printed. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { block, literalBlocks, manPage, script } from '../../src/demo/man-page';
import { notBuilt, program, withCommands, type Program } from '../system/commands';
import { cannotMakeNamespaces, missingTool, type Namespace } from '../system/lab';
import { manPageScripts } from '../system/man-page-scripts';
import { inner, ping, Site } from '../system/site';
import { bootAgainExample, bootExample, serviceExample } from './boot-examples';
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

interface Example {
  readonly page: string;
  /** Blocks of the page, given to `run` as scripts. */
  readonly blocks: readonly string[];
  /** Runs them and throws unless they have worked. */
  readonly run: (site: Site, workplace: Workplace, ...scripts: readonly string[]) => void | Promise<void>;
}

const bothRouters = (cookies: keyof typeof manPageScripts, name: string): Example => ({
  page: 'l2tp.4',
  blocks: [`${name} A`, `${name} B`],
  run: (site, _workplace, a = '', b = '') => {
    assert.deepEqual({ a, b }, manPageScripts[cookies]);
    assert.equal(site.a.sh(a, withCommands()), '');
    assert.equal(site.b.sh(b, withCommands()), '');
    ping(site.x, inner.ipv4.y);
    ping(site.y, inner.ipv6.x);
  },
});

const examples: readonly Example[] = [
  bothRouters('without cookies', 'plain'),
  bothRouters('with cookies', 'cookie'),
  {
    page: 'ifconfig-l2tp.8',
    blocks: ['one-line'],
    run: (site, workplace, text = '') => {
      const expected = block('ifconfig-l2tp.8', 'output', 'one-line').lines;
      assert.equal(workplace.run(site.a, text), `${expected.join('\n')}\n`);
    },
  },
  {
    page: 'ifconfig-l2tp.8',
    blocks: ['dry-run'],
    run: (site, workplace, text = '') => {
      const printed = workplace.run(site.a, text);
      assert.match(
        printed,
        /^SIOCSL2TPSESSION_OLD 0x80246997 ifreq [0-9a-f]{288} -> l2tp_req [0-9a-f]{72}$/m,
      );
      assert.match(printed, /^\t12 my_sess_id 1234$/m);
    },
  },
  {
    page: 'ifconfig-l2tp.8',
    blocks: ['drop-in'],
    run: (site, workplace, text = '') => {
      workplace.write('router-a.sh', manPageScripts['with cookies'].a);
      assert.equal(workplace.run(site.a, text), '');
      site.b.sh(manPageScripts['with cookies'].b, withCommands());
      ping(site.x, inner.ipv4.y);
    },
  },
  {
    page: 'brconfig-l2tp.8',
    blocks: ['two-members'],
    run: (site, workplace, text = '') => {
      const members = /^bridge0: flags=41<UP,RUNNING>\n[^]*\n\tInterfaces:\n\t\tl2tp0 [^]*\n\t\twm1 /;
      assert.match(workplace.run(site.a, text), members);
    },
  },
  {
    page: 'l2tpd.8',
    blocks: ['foreground'],
    run: async (site, workplace, text = '') => {
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
  },
  {
    page: 'ifconfig.if-l2tp.5',
    blocks: ['boot'],
    run: (site, workplace, text = '') => bootExample(site, workplace.env, text),
  },
  {
    page: 'ifconfig.if-l2tp.5',
    blocks: ['again'],
    run: (site, workplace, text = '') =>
      bootAgainExample(site, workplace.env, script(block('ifconfig.if-l2tp.5', 'example', 'boot')), text),
  },
  {
    page: 'l2tpd.8',
    blocks: ['NAT'],
    run: (site, workplace, text = '') => {
      workplace.run(site.a, text.replaceAll('ifconfig ', 'ifconfig-l2tp '));
      assert.match(workplace.run(site.a, 'l2tpd --status'), /^l2tpd: process \d+, ports mean UDP$/m);
      assert.match(site.a.must(['ss', '-lun']), /:1701\b/);
      workplace.run(site.a, 'ifconfig-l2tp l2tp0 destroy');
    },
  },
];

describe('examples of the manual pages', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  let workplace: Workplace;
  before(() => (workplace = new Workplace()));
  after(() => workplace.remove());

  for (const { page, blocks, run } of examples) {
    it(`${page}: ${blocks.join(', ')}`, async () => {
      const site = new Site();
      try {
        await run(site, workplace, ...blocks.map((name) => script(block(page, 'example', name))));
      } finally {
        await site.close();
      }
    });
  }
});

describe('the service of ifconfig.if-l2tp(5)', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  const skip = missingTool('python3') ? 'needs python3: apt-get install python3' : false;

  it('is ready once its files are applied', { skip }, async () => {
    const workplace = new Workplace();
    const site = new Site();
    try {
      await serviceExample(site, workplace.env, workplace.directory);
    } finally {
      await site.close();
      workplace.remove();
    }
  });
});

describe('commands in the manual pages', () => {
  it('are all examples that are run', () => {
    const found = pages.flatMap((page) =>
      literalBlocks(manPage(page))
        .filter(({ kind, lines }) => kind === 'example' || lines.some((line) => line.startsWith('# ')))
        .map(({ name }) => `${page}: ${name}`),
    );
    const run = examples.flatMap(({ page, blocks }) => blocks.map((name) => `${page}: ${name}`));
    assert.deepEqual(found.sort(), run.sort());
  });
});
