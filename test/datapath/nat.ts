/**
 * A NAT for UDP over IPv4, as a host's TUN device: what is routed to it leaves again with the public address and a port for
 * each flow, and what comes to such a port goes back to where the flow began.
 * Usage: node nat.js DEVICE PUBLIC-ADDRESS FIRST-PORT; says "ready"; each line of standard input makes it forget all flows, as
 * a NAT does that was switched off and on again: they get new ports.
 */
import { closeSync, constants, createReadStream, openSync, writeSync } from 'node:fs';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { check, libc } from '../../src/linux/libc';
import { onesComplementSum } from './inner-packets';

const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
const udpProtocol = 17;

const ioctl: (fd: number, request: number, type: 'void *', argument: Uint8Array) => number = libc.func(
  'int ioctl(int fd, unsigned long request, ...)',
);

/** An address and a port, the key of a flow. */
interface End {
  readonly address: Buffer;
  readonly port: number;
}

const [device = '', publicText = '', firstPort = ''] = process.argv.slice(2);
const publicAddress = Buffer.from(publicText.split('.').map(Number));
let flows = new Map<string, number>();
let origins = new Map<number, End>();
let nextPort = Number(firstPort);

function portOf(origin: End): number {
  const key = `${origin.address.toString('hex')}:${origin.port}`;
  let port = flows.get(key);
  if (port === undefined) {
    port = nextPort;
    nextPort += 1;
    flows.set(key, port);
    origins.set(port, origin);
  }
  return port;
}

/** Replaces one end of a packet, the source or the destination, and makes both checksums anew. */
function rewritten(packet: Buffer, end: 'source' | 'destination', { address, port }: End): Buffer {
  const header = (packet[0]! & 0x0f) * 4;
  address.copy(packet, end === 'source' ? 12 : 16);
  packet.writeUInt16BE(port, header + (end === 'source' ? 0 : 2));
  packet.writeUInt16BE(0, 10);
  packet.writeUInt16BE(0xffff - onesComplementSum(packet.subarray(0, header)), 10);
  packet.writeUInt16BE(0, header + 6);
  const pseudo = Buffer.from([0, udpProtocol, packet[header + 4]!, packet[header + 5]!]);
  const sum = onesComplementSum(packet.subarray(12, 20), pseudo, packet.subarray(header));
  packet.writeUInt16BE(0xffff - sum || 0xffff, header + 6);
  return packet;
}

/** What becomes of a packet; null if it is nothing for us: fragments come together before their host routes them here. */
function translated(packet: Buffer): Buffer | null {
  if (packet[0]! >> 4 !== 4 || packet[9] !== udpProtocol || (packet.readUInt16BE(6) & 0x3fff) !== 0)
    return null;
  const header = (packet[0]! & 0x0f) * 4;
  if (!packet.subarray(16, 20).equals(publicAddress)) {
    const origin = { address: Buffer.from(packet.subarray(12, 16)), port: packet.readUInt16BE(header) };
    return rewritten(packet, 'source', { address: publicAddress, port: portOf(origin) });
  }
  const origin = origins.get(packet.readUInt16BE(header + 2));
  return origin === undefined ? null : rewritten(packet, 'destination', origin);
}

function open(): number {
  const fd = openSync('/dev/net/tun', constants.O_RDWR);
  const request = Buffer.alloc(40);
  request.write(device);
  request.writeUInt16LE(IFF_TUN | IFF_NO_PI, 16);
  try {
    check('TUNSETIFF', ioctl(fd, TUNSETIFF, 'void *', request));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  return fd;
}

async function main(): Promise<void> {
  const fd = open();
  createReadStream('', { fd, autoClose: false }).on('data', (packet) => {
    const answer = Buffer.isBuffer(packet) ? translated(packet) : null;
    if (answer !== null) writeSync(fd, answer);
  });
  process.stdout.write('ready\n');
  const lines = createInterface({ input: process.stdin }).on('line', () => {
    flows = new Map();
    origins = new Map();
    process.stdout.write('forgotten\n');
  });
  await once(lines, 'close');
  process.exit();
}

void main();
