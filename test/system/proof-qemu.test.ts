/** Masses of data between an end of ours and QEMU's, on either side, arrive as they were sent. */
import { describe, it } from 'node:test';
import { noQemu } from '../datapath/qemu';
import { notBuilt } from './commands';
import { cannotMakeNamespaces } from './lab';
import { prove } from './proof-runs';
import { describeSetting, proofSite, type Setting } from './proof-site';

const bytes = 150_000_000;
const datagrams = 20_000;

/** `part` is how much of that is sent each way, with inner IPv4 and IPv6 each. At MTU 1500 every full frame is fragmented. */
const proofs: readonly (Setting & { readonly part: number })[] = [
  { outer: 'ipv4', mtu: 1600, cookies: ['', ''], kinds: ['l2tpd', 'QEMU'], part: 1 },
  {
    outer: 'ipv4',
    mtu: 1500,
    cookies: ['0123456789abcdef', '7edcba9876543210'],
    kinds: ['l2tpd', 'QEMU'],
    part: 0.2,
  },
  { outer: 'ipv6', mtu: 1500, cookies: ['0a0b0c0d', '1a1b1c1d'], kinds: ['QEMU', 'l2tpd'], part: 0.2 },
  { outer: 'ipv6', mtu: 1600, cookies: ['', ''], kinds: ['plain', 'QEMU'], part: 0.1 },
  { outer: 'ipv4', mtu: 1600, cookies: ['', ''], kinds: ['l2tpd', 'QEMU'], udp: true, part: 0.1 },
];

describe(
  'what is sent to QEMU and by it arrives',
  { skip: cannotMakeNamespaces() || notBuilt() || noQemu() },
  () => {
    for (const { part, ...setting } of proofs) {
      it(describeSetting(setting), async (context) => {
        await prove(context, await proofSite(context, setting), bytes * part, datagrams * part);
      });
    }
  },
);
