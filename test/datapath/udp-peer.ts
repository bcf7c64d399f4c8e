/**
 * UDP datagrams of odd lengths, fragments among them, in several flows; each has its number and its digest inside.
 * Usage: node udp-peer.js listen|connect ADDRESS PORT COUNT; the listener says "ready" first and ends with one line of JSON.
 * The listener acknowledges each datagram, and the sender has few of them on the way, so that no buffer overflows.
 */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

const [mode, address = '', port = '', count = ''] = process.argv.slice(2);
const type = address.includes(':') ? 'udp6' : 'udp4';
const flows = 4;
const onTheWay = 16;
const digestLength = 16;

export interface UdpReport {
  readonly received: number;
  readonly bad: number;
  readonly reordered: number;
}

function digest(data: Uint8Array): Buffer {
  return createHash('sha256').update(data).digest().subarray(0, digestLength);
}

function datagram(number: number): Buffer {
  const body = Buffer.concat([Buffer.alloc(4), randomBytes(randomInt(1, number % 4 === 0 ? 6000 : 1450))]);
  body.writeUInt32BE(number);
  return Buffer.concat([digest(body), body]);
}

async function listen(): Promise<void> {
  const socket = createSocket(type);
  socket.bind(Number(port), address);
  await once(socket, 'listening');
  const last = new Map<number, number>();
  let [received, bad, reordered] = [0, 0, 0];
  const complete = new Promise<void>((resolve) => {
    socket.on('message', (data, { port: from }) => {
      const body = data.subarray(digestLength);
      if (!digest(body).equals(data.subarray(0, digestLength))) bad += 1;
      const number = body.readUInt32BE(0);
      if (number <= (last.get(from) ?? -1)) reordered += 1;
      last.set(from, number);
      received += 1;
      socket.send(Buffer.of(1), from, address.replace(/2$/u, '1'), () => {
        if (received === Number(count)) resolve();
      });
    });
  });
  process.stdout.write('ready\n');
  await complete;
  socket.close();
  const report: UdpReport = { received, bad, reordered };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

async function send(): Promise<void> {
  const sockets: Socket[] = Array.from({ length: flows }, () => createSocket(type));
  let acknowledged = 0;
  let wake: (() => void) | undefined;
  for (const socket of sockets) {
    socket.on('message', () => {
      acknowledged += 1;
      wake?.();
    });
  }
  for (let number = 0; number < Number(count); number += 1) {
    while (number - acknowledged >= onTheWay) await new Promise<void>((resolve) => (wake = resolve));
    sockets[number % flows]!.send(datagram(number), Number(port), address);
  }
  while (acknowledged < Number(count)) await new Promise<void>((resolve) => (wake = resolve));
  for (const socket of sockets) socket.close();
}

void (mode === 'listen' ? listen() : send());
