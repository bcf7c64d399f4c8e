/**
 * Sends the payloads it is given, as IP packets of protocol 115, for tests of what a receiver makes of them.
 * Usage: node raw-sender.js ADDRESS; each line of standard input is a payload in hexadecimal.
 */
import { createInterface } from 'node:readline';
import { check } from '../../src/linux/libc';
import { Arena } from '../../src/datapath/memory';
import { writeName } from '../../src/datapath/socket-address';
import { socket } from '../../src/datapath/system-calls';
import { addressHex } from './end';
import { sendto } from '../linux/sendto';

const SOCK_RAW = 3;
const IPPROTO_L2TP = 115;

async function main(): Promise<void> {
  const remote = Buffer.from(addressHex(process.argv[2] ?? ''), 'hex');
  const ipv4 = remote.length === 4;
  const fd = check('socket', socket(ipv4 ? 2 : 10, SOCK_RAW, IPPROTO_L2TP));
  const name = new Arena(32);
  writeName(name.view, 0, { local: remote, remote, scope: 0 }, 'remote');
  for await (const line of createInterface({ input: process.stdin })) {
    const payload = Buffer.from(line, 'hex');
    check('sendto', sendto(fd, payload, payload.length, 0, name.bytes, ipv4 ? 16 : 28));
  }
}

void main();
