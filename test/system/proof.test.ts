/** Masses of data through both ends of ours arrive as they were sent: with cookies, in fragments, with and without offload. */
import { describe, it } from 'node:test';
import { notBuilt } from './commands';
import { cannotMakeNamespaces } from './lab';
import { prove } from './proof-runs';
import { describeSetting, proofSite, type Setting } from './proof-site';

const bytes = 150_000_000;
const datagrams = 20_000;

/** `part` is how much of that is sent each way, with inner IPv4 and IPv6 each. At MTU 1500 every full frame is fragmented. */
const proofs: readonly (Setting & { readonly part: number })[] = [
  { outer: 'ipv4', mtu: 1600, cookies: ['', ''], kinds: ['l2tpd', 'l2tpd'], part: 1 },
  {
    outer: 'ipv6',
    mtu: 1500,
    cookies: ['0a0b0c0d', '0123456789abcdef'],
    kinds: ['l2tpd', 'l2tpd'],
    part: 1,
  },
  {
    outer: 'ipv4',
    mtu: 1500,
    cookies: ['0123456789abcdef', '0a0b0c0d'],
    kinds: ['l2tpd', 'plain'],
    part: 0.2,
  },
  {
    outer: 'ipv6',
    mtu: 1600,
    cookies: ['0123456789abcdef', '7edcba9876543210'],
    kinds: ['plain', 'plain'],
    part: 0.2,
  },
  { outer: 'ipv4', mtu: 1600, cookies: ['', ''], kinds: ['l2tpd', 'l2tpd'], udp: true, part: 0.2 },
  {
    outer: 'ipv6',
    mtu: 1500,
    cookies: ['0a0b0c0d', '0123456789abcdef'],
    kinds: ['l2tpd', 'plain'],
    udp: true,
    part: 0.1,
  },
];

describe('what is sent arrives', { skip: cannotMakeNamespaces() || notBuilt() }, () => {
  for (const { part, ...setting } of proofs) {
    it(describeSetting(setting), async (context) => {
      await prove(context, await proofSite(context, setting), bytes * part, datagrams * part);
    });
  }
});
