/**
 * Sends Ethernet frames as they are out of an interface (packet(7)).
 * Usage: node frame-sender.js IFINDEX [vnet]; each line of standard input is a frame in hexadecimal, with "vnet" behind a
 * virtio_net header of 10 bytes.
 */
import { createInterface } from 'node:readline';
import { check } from '../../src/linux/libc';
import { setsockopt, socket } from '../../src/datapath/system-calls';
import { sendto } from '../linux/sendto';

const AF_PACKET = 17;
const SOCK_RAW = 3;
const SOL_PACKET = 263;
const PACKET_VNET_HDR = 15;
/** sizeof(struct sockaddr_ll). */
const nameLength = 20;

async function main(): Promise<void> {
  const fd = check('socket', socket(AF_PACKET, SOCK_RAW, 0));
  if (process.argv[3] === 'vnet') {
    check('PACKET_VNET_HDR', setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, Int32Array.of(1), 4));
  }
  const name = Buffer.alloc(nameLength);
  new Uint16Array(name.buffer, name.byteOffset, 1)[0] = AF_PACKET;
  new Int32Array(name.buffer, name.byteOffset + 4, 1)[0] = Number(process.argv[2]);
  for await (const line of createInterface({ input: process.stdin })) {
    const frame = Buffer.from(line, 'hex');
    check('sendto', sendto(fd, frame, frame.length, 0, name, nameLength));
  }
}

void main();
