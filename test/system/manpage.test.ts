/** The man page's scripts, unmodified, on both routers: echoes and a file of 50 MB pass between X and Y. */
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { notBuilt, withCommands } from './commands';
import { cannotMakeNamespaces, type Namespace } from './lab';
import { manPageScripts } from './man-page-scripts';
import { families, inner, ping, Site, snmp } from './site';
import { transfer } from './transfer';

const directory = mkdtempSync(join(tmpdir(), 'l2tp-manpage-'));
const file = join(directory, 'file');
let expected = '';

/** Runs a script file as a user does. */
function runScript(host: Namespace, name: string, text: string): void {
  const path = join(directory, name);
  writeFileSync(path, text);
  const { status, stdout, stderr } = host.run(['sh', path], { env: withCommands() });
  assert.deepEqual({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' });
}

/** Outer IPv4 packets that the host had to cut into fragments. */
const fragmented = (host: Namespace) => snmp(host, 'Ip', 'FragOKs');

describe("the man page's scripts", { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  before(() => {
    const bytes = randomBytes(50_000_000);
    writeFileSync(file, bytes);
    expected = `${createHash('sha256').update(bytes).digest('hex')} ${bytes.length}`;
  });
  after(() => rmSync(directory, { recursive: true }));

  for (const outerMtu of [1500, 1600]) {
    for (const [cookies, scripts] of Object.entries(manPageScripts)) {
      describe(`${cookies}, MTU ${outerMtu} between the routers`, () => {
        let site: Site;
        before(() => {
          site = new Site(outerMtu);
          runScript(site.a, 'router-a.sh', scripts.a);
          runScript(site.b, 'router-b.sh', scripts.b);
        });
        after(() => site.close());

        it('echoes pass in both directions, full-size ones too', () => {
          for (const family of families) {
            ping(site.x, inner[family].y);
            ping(site.y, inner[family].x);
            const most = family === 'ipv4' ? 1472 : 1452;
            ping(site.x, inner[family].y, 3, '-M', 'do', '-s', String(most));
            ping(site.y, inner[family].x, 3, '-M', 'do', '-s', String(most));
          }
        });

        for (const family of families) {
          it(`50 MB over TCP over ${family} arrive in both directions`, async () => {
            assert.equal(await transfer(site.x, site.y, inner[family].y, file), expected);
            assert.equal(await transfer(site.y, site.x, inner[family].x, file), expected);
          });
        }

        it(outerMtu > 1500 ? 'nothing was fragmented' : 'full-size frames went in fragments', () => {
          for (const router of [site.a, site.b]) {
            if (outerMtu > 1500) assert.equal(fragmented(router), 0);
            else assert.ok(fragmented(router) > 10_000, `${fragmented(router)} packets in fragments`);
          }
        });
      });
    }
  }
});
