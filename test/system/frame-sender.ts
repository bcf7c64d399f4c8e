/**
 * Sends Ethernet frames as they are given.
 * Usage: node frame-sender.js INTERFACE; each line of standard input is a frame in hexadecimal.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { check, libc } from '../../src/linux/libc';
import { sendto } from '../linux/sendto';

const AF_PACKET = 17;
const SOCK_RAW = 3;

const socket: (domain: number, type: number, protocol: number) => number = libc.func(
  'int socket(int domain, int type, int protocol)',
);

/** struct sockaddr_ll (packet(7)) of a device in this network namespace. */
function address(name: string): Buffer {
  const to = Buffer.alloc(20);
  new Uint16Array(to.buffer, to.byteOffset, 1)[0] = AF_PACKET;
  new Int32Array(to.buffer, to.byteOffset + 4, 1)[0] = Number(
    readFileSync(`/sys/class/net/${name}/ifindex`, 'ascii'),
  );
  return to;
}

async function main(name: string): Promise<void> {
  const to = address(name);
  const fd = check('socket', socket(AF_PACKET, SOCK_RAW, 0));
  for await (const line of createInterface({ input: process.stdin })) {
    const frame = Buffer.from(line, 'hex');
    check('sendto', sendto(fd, frame, frame.length, 0, to, to.length));
  }
}

void main(process.argv[2] ?? '');
