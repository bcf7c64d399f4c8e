/** The address family link: words, bytes, requests. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { abi, abiNames, AF_LINK, structs } from '../../native-structs';
import { encodeLink, parseLinkAddress } from '../../src/cli/link-address';
import { decodeLink } from '../../src/cli/socket-address';
import { FakeKernel } from './fake-kernel';
import { runWords } from './run';

suite('link-layer addresses', () => {
  test('any octets as words', () => {
    const octets = fc.uint8Array({ minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(octets, fc.boolean(), (bytes, padded) => {
        const text = Array.from(bytes, (byte) => byte.toString(16).padStart(padded ? 2 : 1, '0')).join(':');
        assert.deepEqual(parseLinkAddress(text), Buffer.from(bytes));
        assert.deepEqual(parseLinkAddress(text.toUpperCase()), Buffer.from(bytes));
      }),
    );
  });

  test('what is none', () => {
    for (const word of ['', ':', '1:', ':1', '1::2', '123', '1:g', '1.2', ' 1', '1 ', '0x1'])
      assert.equal(parseLinkAddress(word), null, word);
    assert.equal(parseLinkAddress(Array(121).fill('0').join(':')), null);
  });

  test('as struct sockaddr_dl of every port, and back', () => {
    for (const name of abiNames)
      for (const length of [1, 6, 20, 120]) {
        const address = Buffer.alloc(length, 0xa5);
        const bytes = encodeLink(abi(name), address);
        assert.equal(bytes[0], bytes.length, name);
        assert.deepEqual(decodeLink(abi(name), bytes)?.address, address, `${name}, ${length} octets`);
      }
  });
});

suite('ifconfig link', () => {
  const willing = () => new FakeKernel().flags(0).answer('SIOCALIFADDR').answer('SIOCDLIFADDR');
  const sdl = '0e 12 0000 00 00 06 00 02000000aabb'.replaceAll(' ', '');
  const cases: readonly (readonly [line: string, request: 'SIOCALIFADDR' | 'SIOCDLIFADDR', flags: number])[] =
    [
      ['wm0 link 2:0:0:0:aa:bb', 'SIOCALIFADDR', 0],
      ['wm0 link 02:00:00:00:aa:bb alias', 'SIOCALIFADDR', 0],
      ['wm0 link 02:00:00:00:aa:bb active', 'SIOCALIFADDR', 0x4000],
      ['wm0 link active 02:00:00:00:AA:BB', 'SIOCALIFADDR', 0x4000],
      ['wm0 link 02:00:00:00:aa:bb -alias', 'SIOCDLIFADDR', 0],
      ['wm0 link delete 02:00:00:00:aa:bb active', 'SIOCDLIFADDR', 0],
    ];
  for (const [line, name, flags] of cases)
    test(line, async () => {
      const kernel = willing();
      assert.deepEqual(await runWords(kernel, line), { stdout: '', stderr: '', status: 0 });
      assert.deepEqual(kernel.names, ['SIOCGIFFLAGS', name]);
      const { argument, domain } = kernel.the(name);
      const type = structs(kernel.abi, 'if_laddrreq');
      const request = type.at(argument);
      assert.deepEqual(
        [domain, request.iflr_name, request.flags, request.prefixlen],
        [AF_LINK, 'wm0', flags, 0],
      );
      const at = type.fields.addr.offset;
      assert.equal(argument.toString('hex', at, at + 14), sdl);
      assert.ok(argument.subarray(at + 14).every((byte) => byte === 0));
    });

  test('refused', async () => {
    const kernel = willing().refuse('SIOCALIFADDR', 'EINVAL');
    const { stderr, status } = await runWords(kernel, 'l2tp0 link 02:00:00:00:aa:bb');
    assert.deepEqual([stderr, status], ['ifconfig: SIOCALIFADDR: Invalid argument\n', 1]);
  });

  test('no such interface', async () => {
    const kernel = willing().refuse('SIOCGIFFLAGS', 'ENXIO');
    const { stderr } = await runWords(kernel, 'l2tp0 link 02:00:00:00:aa:bb');
    assert.equal(stderr, 'ifconfig: commit_address: getifflags: Device not configured\n');
  });
});
