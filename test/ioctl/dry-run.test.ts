/** What a dry run prints, by the bytes that a compiler of each port laid out. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  abi,
  abiNames,
  ioctlNames,
  ioctlNumber,
  ioctlStruct,
  KernelError,
  structs,
  type AbiName,
} from '../../native-structs';
import { DryRunKernel } from '../../src/ioctl/dry-run';
import { isKnown } from '../../src/ioctl/release';
import { runWords } from '../cli/run';

function dry(port: AbiName, options: { release?: [number, number]; verbose?: boolean } = {}) {
  const [major, minor] = options.release ?? [10, 0];
  const printed: string[] = [];
  const kernel = new DryRunKernel({
    abi: abi(port),
    release: { major, minor },
    verbose: options.verbose ?? false,
    print: (text) => printed.push(text),
  });
  return { kernel, text: () => printed.join('') };
}

const zeros = (bytes: number) => '00'.repeat(bytes);
const l2tp0 = '6c32747030' + zeros(11);

describe('a dry run', () => {
  it('prints the request, its struct, and what its pointer leads to', async () => {
    const { kernel, text } = dry('amd64');
    const { status, stderr } = await runWords(kernel, 'l2tp0 session 1234 4321');
    assert.deepEqual([status, stderr], [0, '']);
    const ifreq = l2tp0 + zeros(128);
    const ids = 'd2040000' + 'e1100000';
    assert.equal(
      text(),
      `SIOCSL2TPSESSION 0x80906997 ifreq ${ifreq} -> l2tp_req ${zeros(12)}${ids}${zeros(20)}\n` +
        `SIOCSL2TPSTATE 0x8090699b ifreq ${ifreq} -> l2tp_req 01000000${zeros(8)}${ids}${zeros(20)}\n`,
    );
  });

  it('has the byte order, alignment and numbers of the port and release', async () => {
    const sparc64 = dry('sparc64', { release: [9, 1] });
    await runWords(sparc64.kernel, 'l2tp0 cookie 4 12345 8 54321');
    assert.equal(
      sparc64.text(),
      `SIOCSL2TPCOOKIE_OLD 0x80286999 ifreq ${l2tp0}${zeros(128)}` +
        ` -> l2tp_req ${zeros(4)}0000000400000008${zeros(12)}0000000000003039000000000000d431\n`,
    );
    const i386 = dry('i386', { release: [8, 0] });
    await runWords(i386.kernel, 'l2tp0 deletecookie');
    assert.equal(
      i386.text(),
      `SIOCDL2TPCOOKIE_OLD 0x8024699a ifreq ${l2tp0}${zeros(128)} -> l2tp_req ${zeros(36)}\n`,
    );
  });

  it('answers with zeros, the name apart', async () => {
    const { kernel, text } = dry('amd64');
    await runWords(kernel, 'l2tp0 up');
    assert.equal(
      text(),
      `SIOCGIFFLAGS 0xc0906911 ifreq ${l2tp0}${zeros(128)}\n` +
        `SIOCSIFFLAGS 0x80906910 ifreq ${l2tp0}0100${zeros(126)}\n`,
    );
  });

  it('lists fields with offset, name and value', async () => {
    const { kernel, text } = dry('i386', { verbose: true });
    await runWords(kernel, 'l2tp0 cookie 4 1 8 9223372036854775807');
    const fields = text().split('\n').slice(1, -1);
    assert.deepEqual(fields, [
      '\t0 ifr_name "l2tp0"',
      '\t16 ifr_ifru.ifru_data 0',
      '\t0 state 0',
      '\t4 my_cookie_len 4',
      '\t8 peer_cookie_len 8',
      '\t12 my_sess_id 0',
      '\t16 peer_sess_id 0',
      '\t20 my_cookie 1',
      '\t28 peer_cookie 9223372036854775807',
    ]);
  });

  it('lists the interface that was asked about, so that its status is asked for in full', async () => {
    const { kernel, text } = dry('amd64');
    assert.deepEqual(await kernel.getifaddrs(), []);
    await runWords(kernel, 'l2tp0');
    const asked = new Set([...text().matchAll(/^SIOC\w+/gm)].map(([name]) => name));
    for (const name of ['SIOCGIFFLAGS', 'SIOCGIFMTU', 'SIOCGLIFPHYADDR', 'SIOCGL2TP', 'SIOCGIFDESCR'])
      assert.ok(asked.has(name), name);
    await runWords(kernel, '-C');
    assert.doesNotMatch(text(), / -> \S+ $/m);
  });

  for (const port of abiNames)
    it(`knows every request on ${port}, and refuses others as a kernel does`, async () => {
      const { kernel, text } = dry(port, { verbose: true });
      let lines = 0;
      for (const name of ioctlNames) {
        if (!isKnown(name, { major: 10, minor: 0 })) continue;
        const argument = Buffer.alloc(structs(abi(port), ioctlStruct(name)).size);
        await kernel.ioctl(2, ioctlNumber(abi(port), name), argument);
        lines += 1;
      }
      assert.equal(text().match(/^SIOC/gm)?.length, lines);
      await assert.rejects(
        kernel.ioctl(2, 0x80046900, Buffer.alloc(4)),
        (error) => error instanceof KernelError && error.code === 'ENOTTY',
      );
    });
});
