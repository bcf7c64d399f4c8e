import { test } from 'node:test';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as netbsd from '../../../native-structs';
import {
  bytesAttribute,
  nestedAttribute,
  textAttribute,
  u32Attribute,
  u8Attribute,
} from '../../../src/linux/netlink/attributes';
import { HostError, MalformedMessageError } from '../../../src/kernel/linux/errors';
import { writeU16 } from '../../../src/linux/netlink/host-order';
import {
  decodeLink,
  encodeLink,
  linkInfo,
  linkName,
  type LinkRequest,
} from '../../../src/kernel/linux/links';
import * as linux from '../../../src/linux/uapi';

function message(hardware: number, request: LinkRequest): Uint8Array {
  const payload = encodeLink(request);
  writeU16(payload, 2, hardware);
  return payload;
}

test('a port of a bridge that somebody made promiscuous', () => {
  const statistics = new BigUint64Array(25).map((_, position) => BigInt(position + 1));
  const { link, port, kind } = decodeLink(
    message(linux.ARPHRD_ETHER, {
      index: 7,
      flags: linux.IFF_UP | linux.IFF_BROADCAST | linux.IFF_MULTICAST | 0x10000,
      attributes: [
        textAttribute(linux.IFLA_IFNAME, 'l2tp0'),
        u32Attribute(linux.IFLA_MTU, 9216),
        u32Attribute(linux.IFLA_MASTER, 3),
        u32Attribute(linux.IFLA_PROMISCUITY, 1),
        u8Attribute(linux.IFLA_OPERSTATE, linux.IF_OPER_UNKNOWN),
        bytesAttribute(linux.IFLA_ADDRESS, Uint8Array.of(2, 0, 0, 0, 0, 1)),
        bytesAttribute(linux.IFLA_STATS64, new Uint8Array(statistics.buffer)),
        nestedAttribute(linux.IFLA_LINKINFO, [
          textAttribute(linux.IFLA_INFO_KIND, 'tun'),
          textAttribute(linux.IFLA_INFO_SLAVE_KIND, 'bridge'),
          nestedAttribute(linux.IFLA_INFO_SLAVE_DATA, [u8Attribute(linux.IFLA_BRPORT_STATE, 3)]),
        ]),
      ],
    }),
  );
  assert.equal(kind, 'tun');
  assert.equal(port?.u8(linux.IFLA_BRPORT_STATE), 3);
  assert.deepEqual(
    { ...link, address: [...link.address] },
    {
      index: 7,
      name: 'l2tp0',
      flags:
        netbsd.IFF_UP | netbsd.IFF_BROADCAST | netbsd.IFF_PROMISC | netbsd.IFF_SIMPLEX | netbsd.IFF_MULTICAST,
      mtu: 9216,
      address: [2, 0, 0, 0, 0, 1],
      type: 6,
      ethernet: true,
      bridge: false,
      master: 3,
      linkState: 'unknown',
      // by the order of struct rtnl_link_stats64, counted from 1
      counters: {
        ipackets: 1n,
        opackets: 2n,
        ibytes: 3n,
        obytes: 4n,
        ierrors: 5n,
        oerrors: 6n,
        imcasts: 9n,
        collisions: 10n,
        iqdrops: 7n + 16n,
      },
    },
  );
});

for (const [hardware, attributes, type, ethernet] of [
  [linux.ARPHRD_ETHER, [], 6, true],
  [linux.ARPHRD_ETHER, [linkInfo('bridge', [])], 209, true],
  [linux.ARPHRD_LOOPBACK, [], 24, false],
  [linux.ARPHRD_SIT, [], 131, false],
  [linux.ARPHRD_NONE, [], 131, false],
  [512, [], 1, false],
] as const) {
  test(`hardware type ${hardware}${attributes.length > 0 ? ' of kind bridge' : ''} is if_type ${type}`, () => {
    const { link } = decodeLink(message(hardware, { attributes }));
    assert.equal(link.type, type);
    assert.equal(link.ethernet, ethernet);
    assert.equal(link.bridge, attributes.length > 0);
  });
}

for (const name of ['', '.', '..', 'a/b', 'a b', 'a:b', 'l2tp%d', 'x'.repeat(16), 'ä'.repeat(8)]) {
  test(`"${name}" is no name of a link`, () => {
    assert.throws(
      () => linkName(name),
      (error) => error instanceof HostError && error.code === 'EINVAL',
    );
  });
}

test('whatever the bytes, decoding ends', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      try {
        decodeLink(bytes);
      } catch (error) {
        assert.ok(error instanceof MalformedMessageError);
      }
    }),
  );
});
