/** The headers' constants against the transcription in the facts. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as netbsd from '../../native-structs';
import { knownConstants } from './known-abi';

const exported: Readonly<Record<string, unknown>> = netbsd;

/** Members of the groups that the project has no use for. */
const unused = new Set(['AF_ROUTE', 'IN_IFF_TRYTENTATIVE', 'IFBIF_PROTECTED', 'IFBAF_TYPEMASK']);

function same(prefix: string, group: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(group)) {
    const full = prefix + name;
    if (unused.has(full)) assert.equal(exported[full], undefined, `${full} is there, so check it`);
    else assert.equal(exported[full], value, full);
  }
}

/** Every exported number whose name starts so is one of the group. */
function nothingElse(prefix: string, group: Readonly<Record<string, number>>, ...others: string[]): void {
  const known = new Set([...Object.keys(group).map((name) => prefix + name), ...others]);
  for (const name of Object.keys(exported)) if (name.startsWith(prefix)) assert.ok(known.has(name), name);
}

describe('constants', () => {
  it('IFF_*', () => {
    same('IFF_', knownConstants.IFF);
    nothingElse('IFF_', knownConstants.IFF, 'IFF_CANTCHANGE');
    assert.equal(netbsd.IFF_CANTCHANGE, knownConstants.IFF_CANTCHANGE);
  });
  it('BRDG*', () => same('', knownConstants.BRDG));
  it('every BRDG* has an argument', () => {
    const commands = Object.entries(exported).filter(([name]) => name.startsWith('BRDG'));
    assert.deepEqual(new Set(netbsd.bridgeArguments.keys()), new Set(commands.map(([, number]) => number)));
    assert.equal(commands.length, 25);
  });
  it('IFBIF_*, IFBF_*, IFBAF_*', () => {
    same('IFBIF_', knownConstants.IFBIF);
    same('IFBF_', knownConstants.IFBF);
    same('IFBAF_', knownConstants.IFBAF);
  });
  it('spanning tree states by number', () => {
    assert.deepEqual(
      Object.fromEntries(netbsd.BSTP_IFSTATES.map((name, number) => [name, number])),
      knownConstants.BSTP_IFSTATE,
    );
  });
  it('IN_IFF_*, IN6_IFF_*', () => {
    same('IN_IFF_', knownConstants.IN_IFF);
    same('IN6_IFF_', knownConstants.IN6_IFF);
    nothingElse('IN6_IFF_', knownConstants.IN6_IFF);
    assert.equal(netbsd.ND6_INFINITE_LIFETIME, knownConstants.ND6_INFINITE_LIFETIME);
  });
  it('AF_*, IPPROTO_*', () => {
    same('', knownConstants.AF);
    same('', knownConstants.IPPROTO);
    nothingElse('AF_', {}, ...Object.keys(knownConstants.AF));
  });
  it('L2TP_STATE_*, LINK_STATE_*, sizes', () => {
    const { L2TP_STATE_DOWN, L2TP_STATE_UP } = knownConstants.L2TP;
    same('', { L2TP_STATE_DOWN, L2TP_STATE_UP });
    same('LINK_STATE_', knownConstants.LINK_STATE);
    const { IFNAMSIZ, IFDESCRSIZE } = knownConstants.sizes;
    same('', { IFNAMSIZ, IFDESCRSIZE });
  });
});
