/**
 * brconfig(8)'s commands: each with its words, its operands and what it sends to the kernel. In the order in which
 * the usage text lists them.
 */
import {
  IFBF_FILT_USEIPF,
  BRDGADD,
  BRDGDADDR,
  BRDGDEL,
  BRDGFLUSH,
  BRDGGFILT,
  BRDGSADDR,
  BRDGSCACHE,
  BRDGSFD,
  BRDGSFILT,
  BRDGSHT,
  BRDGSIFCOST,
  BRDGSIFPRIO,
  BRDGSMA,
  BRDGSPRI,
  BRDGSTO,
  IFBAF_STATIC,
  IFBF_FLUSHALL,
  IFBF_FLUSHDYN,
  IFBIF_DISCOVER,
  IFBIF_LEARNING,
  IFBIF_STP,
} from '../../native-structs';
import { addressTable } from './brconfig-status';
import { parseEthernetAddress, parseValue } from './brconfig-values';
import type { Bits, Bridge } from './bridge';
import { orFail } from './errors';

/** What a command on the line may do. */
export interface Invocation {
  readonly bridge: Bridge;
  /** The command's word as it was given. */
  readonly word: string;
  readonly print: (text: string) => void;
  /** Notes that the bridge is to be up or down after the last command. */
  readonly setUp: (up: boolean) => void;
}

export interface Verb {
  /** One word, or two that turn something on and off. */
  readonly words: readonly string[];
  /** What the usage text calls its operands. */
  readonly operands: readonly string[];
  /** `operands` are as many as the verb has. Throws CommandError. */
  run(invocation: Invocation, operands: readonly string[]): Promise<void>;
}

/** Sends `request` for a verb without operands. A kernel's refusal is `<word>: <strerror>`. */
const plain = (word: string, run: (invocation: Invocation) => Promise<void>): Verb => ({
  words: [word],
  operands: [],
  run: async (invocation) => orFail(word, run(invocation)),
});

const upDown: Verb = {
  words: ['up', 'down'],
  operands: [],
  // eslint-disable-next-line @typescript-eslint/require-await
  run: async ({ word, setUp }) => setUp(word === 'up'),
};

const addr: Verb = {
  words: ['addr'],
  operands: [],
  async run({ bridge, print }) {
    for await (const line of addressTable(bridge, '\t')) print(line);
  },
};

/** BRDGADD and BRDGDEL. */
const membership = (word: string, command: number): Verb => ({
  words: [word],
  operands: ['interface'],
  run: async ({ bridge }, [name = '']) => orFail(`${word} ${name}`, bridge.setMember(command, name)),
});

/** A setter of one number of the bridge's. */
const parameter = (word: string, operand: string, command: number, bits: Bits): Verb => ({
  words: [word],
  operands: [operand],
  async run({ bridge }, [text = '']) {
    const value = parseValue(word, text, bits);
    await orFail(`${word} ${text}`, bridge.setParameter(command, bits, value));
  },
});

/** A setter of one number of a member's. */
const memberParameter = (word: string, command: number, field: 'ifbr_priority' | 'ifbr_path_cost'): Verb => ({
  words: [word],
  operands: ['interface', 'value'],
  async run({ bridge }, [name = '', text = '']) {
    const value = parseValue(word, text, 8);
    await orFail(`${word} ${name}`, bridge.setMember(command, name, { [field]: value }));
  },
});

/** `word` sets a member's flag, `-word` clears it. */
const memberFlag = (word: string, flag: number): Verb => ({
  words: [word, `-${word}`],
  operands: ['interface'],
  async run({ bridge, word: given }, [name = '']) {
    const flags = await orFail('unable to get bridge flags', bridge.memberFlags(name));
    const changed = given === word ? flags | flag : flags & ~flag;
    await orFail('unable to set bridge flags', bridge.setMemberFlags(name, changed));
  },
});

const staticAddress: Verb = {
  words: ['static'],
  operands: ['interface', 'address'],
  async run({ bridge, word }, [name = '', text = '']) {
    const address = parseEthernetAddress(word, text);
    const request = bridge.setAddress(BRDGSADDR, address, { member: name, flags: IFBAF_STATIC });
    await orFail(`${word} ${name} ${text}`, request);
  },
};

const deladdr: Verb = {
  words: ['deladdr'],
  operands: ['address'],
  async run({ bridge, word }, [text = '']) {
    const address = parseEthernetAddress(word, text);
    await orFail(`${word} ${text}`, bridge.setAddress(BRDGDADDR, address));
  },
};

const ipf: Verb = {
  words: ['ipf', '-ipf'],
  operands: [],
  async run({ bridge, word }) {
    const filter = await orFail(word, bridge.parameter(BRDGGFILT, 32));
    const changed = word === 'ipf' ? filter | IFBF_FILT_USEIPF : filter & ~IFBF_FILT_USEIPF;
    const request = bridge.setParameter(BRDGSFILT, 32, changed >>> 0);
    await orFail(`${word} ${(changed >>> 0).toString(16)}`, request);
  },
};

export const verbs: readonly Verb[] = [
  upDown,
  addr,
  membership('add', BRDGADD),
  membership('delete', BRDGDEL),
  parameter('maxaddr', 'size', BRDGSCACHE, 32),
  parameter('timeout', 'time', BRDGSTO, 32),
  staticAddress,
  deladdr,
  plain('flush', ({ bridge }) => bridge.setMember(BRDGFLUSH, '', { ifbr_ifsflags: IFBF_FLUSHDYN })),
  plain('flushall', ({ bridge }) => bridge.setMember(BRDGFLUSH, '', { ifbr_ifsflags: IFBF_FLUSHALL })),
  ipf,
  memberFlag('discover', IFBIF_DISCOVER),
  memberFlag('learn', IFBIF_LEARNING),
  memberFlag('stp', IFBIF_STP),
  parameter('maxage', 'time', BRDGSMA, 8),
  parameter('fwddelay', 'time', BRDGSFD, 8),
  parameter('hellotime', 'time', BRDGSHT, 8),
  parameter('priority', 'value', BRDGSPRI, 16),
  memberParameter('ifpriority', BRDGSIFPRIO, 'ifbr_priority'),
  memberParameter('ifpathcost', BRDGSIFCOST, 'ifbr_path_cost'),
];

/** brconfig(8)'s usage text. */
export function usage(): string {
  const forms = verbs.map(({ words, operands }) =>
    ['<bridge>', words.join('|'), ...operands.map((operand) => `<${operand}>`)].join(' '),
  );
  return ['-a', '<bridge>', ...forms]
    .map((form, line) => `${line === 0 ? 'usage:' : '      '} brconfig ${form}\n`)
    .join('');
}
