/** What we send is L2TPv3 to tshark, with the right session and cookie, and holds the frame that the host sent. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { cannotCapture, decode, l2tpOptions, packets, record } from './capture';
import { makeRouter, notBuilt, quietly } from './commands';
import { cannotMakeNamespaces } from './lab';
import { families, inner, outer, ping, Site, type Family } from './site';

const headerLength = { ipv4: 20, ipv6: 40 } as const;
const ethernetLength = 14;

/** As configured, and as on the wire. */
const cookies = [
  { length: 0, verb: '', wire: '' },
  { length: 4, verb: 'cookie 4 12345 4 54321', wire: '0000d431' },
  { length: 8, verb: 'cookie 8 12345 8 1311768467294899695', wire: '1234567890abcdef' },
] as const;

const outerFields = {
  ipv4: ['ip.src', 'ip.dst', 'ip.ttl', 'ip.dsfield', 'ip.flags.df', 'ip.flags.mf'],
  ipv6: ['ipv6.src', 'ipv6.dst', 'ipv6.hlim', 'ipv6.tclass'],
} as const;
const innerFields = ['l2tp.sid', 'l2tp.cookie', 'icmp.type', 'icmp.checksum.status'] as const;

/** tcpdump's filter for an inner IPv4 echo request. */
function innerEcho(family: Family, cookieLength: number): string {
  const ip = family === 'ipv4' ? 'ip' : 'ip6';
  const frame = headerLength[family] + 4 + cookieLength;
  const packet = frame + ethernetLength;
  return `${ip} proto 115 and ${ip}[${frame + 12}:2] = 0x0800 and ${ip}[${packet + 9}] = 1 and ${ip}[${packet + 20}] = 8`;
}

describe('tshark', { skip: cannotMakeNamespaces() || notBuilt() || cannotCapture() }, () => {
  const site = new Site();
  before(() => {
    site.addressRouters();
    makeRouter(site.a, '1234 4321');
    makeRouter(site.b, '4321 1234');
  });
  after(() => site.close());

  for (const family of families) {
    for (const { length, verb, wire } of cookies) {
      it(`decodes ${family} packets ${length === 0 ? 'without a cookie' : `with a cookie of ${length} bytes`}`, async () => {
        const [left, right] = outer[family];
        quietly(site.a, `ifconfig l2tp0 tunnel ${left} ${right} ${verb || 'deletecookie'}`);
        const swapped = verb.replace(/(\d+ \d+) (\d+ \d+)/, '$2 $1');
        quietly(site.b, `ifconfig l2tp0 tunnel ${right} ${left} ${swapped || 'deletecookie'}`);
        ping(site.x, inner.ipv4.y, 1);

        const onLan = { host: site.x, device: 'eth0', filter: 'icmp[0] = 8', count: 1 };
        const onWan = { host: site.b, device: 'wm0', filter: innerEcho(family, length), count: 1 };
        const echo = () => site.x.must(['ping', '-q', '-c', '1', '-W', '5', '-p', 'c0ffee', inner.ipv4.y]);
        let sent: Buffer | undefined;
        const { rows, packet } = await record(
          onWan,
          async () => ([sent] = await record(onLan, echo, packets)),
          (file) => ({
            rows: decode(file, [...outerFields[family], ...innerFields], l2tpOptions(length)),
            packet: packets(file)[0],
          }),
        );
        const outerValues =
          family === 'ipv4' ? [left, right, '64', '0x00', '0', '0'] : [left, right, '64', '0x00000000'];
        assert.deepEqual(rows, [[...outerValues, '0x000010e1', wire, '8', '1']]);
        assert.ok(sent && packet);
        const frame = packet.subarray(ethernetLength + headerLength[family] + 4 + length);
        assert.equal(frame.toString('hex'), sent.toString('hex'));
        assert.ok(frame.includes('c0ffee', 'hex'));
      });
    }
  }
});
