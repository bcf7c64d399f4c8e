/** Tunnels in UDP by the commands: tshark reads them, ports mean nothing without --udp-ports, other holders of a port are told. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { cannotCapture, decode, l2tpOptions, packets, record } from './capture';
import { makeRouter, notBuilt, output, program, quietly } from './commands';
import { cannotMakeNamespaces, eventually, type Namespace } from './lab';
import { families, inner, outer, ping, Site, unreachable } from './site';

const ethernetLength = 14;
const headersLength = { ipv4: 20 + 8 + 8, ipv6: 40 + 8 + 8 } as const;

/** As configured at A and at B, and as on the wire from A. */
const cookies = [
  { length: 0, verbs: ['deletecookie', 'deletecookie'], wire: '' },
  { length: 4, verbs: ['cookie 4 12345 4 54321', 'cookie 4 54321 4 12345'], wire: '0000d431' },
  {
    length: 8,
    verbs: ['cookie 8 12345 8 1311768467294899695', 'cookie 8 1311768467294899695 8 12345'],
    wire: '1234567890abcdef',
  },
] as const;

const fields = ['udp.srcport', 'udp.dstport', 'l2tp.type', 'l2tp.version'] as const;
const innerFields = ['l2tp.sid', 'l2tp.cookie', 'icmp.type', 'icmp.checksum.status'] as const;

const l2tpd = (host: Namespace, ...words: readonly string[]) =>
  host.run([process.execPath, program('l2tpd'), ...words]);

describe('UDP', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  let site: Site;
  beforeEach(() => {
    site = new Site();
    site.addressRouters();
  });
  afterEach(() => site.close());

  function configure(): void {
    makeRouter(site.a, '1234 4321');
    makeRouter(site.b, '4321 1234');
  }

  function tunnel(left: string, right: string): void {
    quietly(site.a, `ifconfig l2tp0 tunnel ${left} ${right}`);
    quietly(site.b, `ifconfig l2tp0 tunnel ${right} ${left}`);
  }

  it(
    'is read by tshark: ports, header, session, cookie and the frame that was sent',
    { skip: cannotCapture() },
    async () => {
      for (const host of [site.a, site.b]) assert.equal(l2tpd(host, '--udp-ports').status, 0);
      configure();
      for (const family of families) {
        const [left, right] = outer[family];
        tunnel(`${left},1701`, `${right},1701`);
        assert.match(
          output(site.a, 'ifconfig l2tp0'),
          new RegExp(`tunnel inet6? ${left},1701 --> ${right},1701`),
        );
        for (const { length, verbs, wire } of family === 'ipv4' ? cookies : cookies.slice(2)) {
          quietly(site.a, `ifconfig l2tp0 ${verbs[0]}`);
          quietly(site.b, `ifconfig l2tp0 ${verbs[1]}`);
          ping(site.x, inner.ipv4.y, 1);
          const onLan = { host: site.x, device: 'eth0', filter: 'icmp[0] = 8', count: 1 };
          const icmp = ethernetLength + headersLength[family] + length + ethernetLength + 20;
          const echoRequest = `udp port 1701 and ether[${icmp - 11}] = 1 and ether[${icmp}] = 8`;
          const onWan = { host: site.b, device: 'wm0', filter: echoRequest, count: 1 };
          const echo = () => site.x.must(['ping', '-q', '-c', '1', '-W', '5', '-p', 'c0ffee', inner.ipv4.y]);
          let sent: Buffer | undefined;
          const { rows, packet } = await record(
            onWan,
            async () => ([sent] = await record(onLan, echo, packets)),
            (file) => ({
              rows: decode(file, [...fields, ...innerFields], l2tpOptions(length)),
              packet: packets(file)[0],
            }),
          );
          assert.deepEqual(rows, [['1701', '1701', '0', '3', '0x000010e1', wire, '8', '1']]);
          assert.ok(sent && packet);
          const frame = packet.subarray(ethernetLength + headersLength[family] + length);
          assert.equal(frame.toString('hex'), sent.toString('hex'));
        }
      }
    },
  );

  it('carries full frames in fragments where the wire has an MTU of 1500', () => {
    for (const host of [site.a, site.b]) assert.equal(l2tpd(host, '--udp-ports').status, 0);
    configure();
    for (const family of families) {
      const [left, right] = outer[family];
      tunnel(`${left},1701`, `${right},1701`);
      ping(site.x, inner.ipv4.y, 5, '-s', '1472', '-M', 'do');
      ping(site.y, inner.ipv6.x, 5, '-s', '1452', '-M', 'do');
    }
  });

  it('is not what ports mean without --udp-ports', () => {
    configure();
    tunnel(`${outer.ipv4[0]},1701`, `${outer.ipv4[1]},4500`);
    ping(site.x, inner.ipv4.y);
    assert.equal(site.a.must(['ss', '-Hlun']), '');
    assert.match(
      output(site.a, 'ifconfig l2tp0'),
      new RegExp(`tunnel inet ${outer.ipv4[0]},1701 --> ${outer.ipv4[1]},4500`),
    );
  });

  it('says in the status that another process has the port, until it has not', async () => {
    const holder = site.a.start([process.execPath, join(__dirname, '../datapath/port-holder.js'), '1701']);
    await once(holder.stdout!, 'data');
    for (const host of [site.a, site.b]) assert.equal(l2tpd(host, '--udp-ports').status, 0);
    configure();
    tunnel(`${outer.ipv4[0]},1701`, `${outer.ipv4[1]},1701`);
    assert.ok(unreachable(site.x, inner.ipv4.y));
    const { stdout } = l2tpd(site.a, '--status');
    assert.match(
      stdout,
      /^\tdropped, port-unavailable: \d+ \(the local UDP port is in use by another process\)$/m,
    );
    holder.kill();
    await eventually('frames pass', () => !unreachable(site.x, inner.ipv4.y));
  });
});
