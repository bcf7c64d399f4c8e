/**
 * The classic BPF program of our raw sockets (Linux, Documentation/networking/filter.rst): control messages, which carry
 * session id 0, are a control daemon's business and are not even copied to us.
 */
import { endianness } from 'node:os';
import { AF_INET } from './socket-address';

const littleEndian = endianness() === 'LE';

/** Opcodes of linux/bpf_common.h: class, size, mode and operation added up. */
const loadLength = 0x80; // BPF_LD | BPF_W | BPF_LEN
const loadAbsolute = 0x20; // BPF_LD | BPF_W | BPF_ABS
const loadIndexed = 0x40; // BPF_LD | BPF_W | BPF_IND
const loadIpv4HeaderLength = 0xb1; // BPF_LDX | BPF_B | BPF_MSH
const subtractIndex = 0x1c; // BPF_ALU | BPF_SUB | BPF_X
const jumpIfAtLeast = 0x35; // BPF_JMP | BPF_JGE | BPF_K
const jumpIfEqual = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
const returnConstant = 0x06; // BPF_RET | BPF_K

const wholePacket = 0xffffffff;

/** One instruction: opcode, instructions to skip if true, if false, operand. */
type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, operand: number];

/**
 * A raw IPv4 socket sees the IP header first, an IPv6 one does not. Packets too short for a session id pass, to be
 * counted: a load beyond the end would drop them.
 */
const programs: Readonly<Record<'ipv4' | 'ipv6', readonly Instruction[]>> = {
  ipv4: [
    [loadIpv4HeaderLength, 0, 0, 0],
    [loadLength, 0, 0, 0],
    [subtractIndex, 0, 0, 0],
    [jumpIfAtLeast, 0, 3, 4],
    [loadIndexed, 0, 0, 0],
    [jumpIfEqual, 0, 1, 0],
    [returnConstant, 0, 0, 0],
    [returnConstant, 0, 0, wholePacket],
  ],
  ipv6: [
    [loadLength, 0, 0, 0],
    [jumpIfAtLeast, 0, 3, 4],
    [loadAbsolute, 0, 0, 0],
    [jumpIfEqual, 0, 1, 0],
    [returnConstant, 0, 0, 0],
    [returnConstant, 0, 0, wholePacket],
  ],
};

const instructionLength = 8;

/** The program as an array of struct sock_filter, and how many instructions it has. */
export function dataMessagesOnly(family: number): { readonly code: Uint8Array; readonly count: number } {
  const program = programs[family === AF_INET ? 'ipv4' : 'ipv6'];
  const code = new Uint8Array(program.length * instructionLength);
  const view = new DataView(code.buffer);
  program.forEach(([opcode, ifTrue, ifFalse, operand], place) => {
    const at = place * instructionLength;
    view.setUint16(at, opcode, littleEndian);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, operand, littleEndian);
  });
  return { code, count: program.length };
}
