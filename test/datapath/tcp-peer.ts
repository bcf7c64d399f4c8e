/**
 * One end of a TCP connection that carries random bytes both ways at once and digests what it sends and gets.
 * Usage: node tcp-peer.js listen|connect ADDRESS PORT BYTES; the listener says "ready" first; both end with one line of JSON.
 */
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

const [mode, address = '', port = '', bytes = ''] = process.argv.slice(2);

export interface TcpReport {
  readonly sent: string;
  readonly received: string;
  readonly bytes: number;
}

async function send(socket: Socket, total: number): Promise<string> {
  const hash = createHash('sha256');
  for (let left = total; left > 0;) {
    // Lengths that are no multiples of anything.
    const chunk = randomBytes(Math.min(left, 65_521));
    left -= chunk.length;
    hash.update(chunk);
    if (!socket.write(chunk)) await once(socket, 'drain');
  }
  socket.end();
  return hash.digest('hex');
}

async function receive(socket: Socket): Promise<{ digest: string; length: number }> {
  const hash = createHash('sha256');
  let length = 0;
  socket.on('data', (chunk: Buffer) => {
    hash.update(chunk);
    length += chunk.length;
  });
  await once(socket, 'end');
  return { digest: hash.digest('hex'), length };
}

async function accepted(): Promise<Socket> {
  const server = createServer({ allowHalfOpen: true });
  const socket = new Promise<Socket>((resolve) => {
    server.once('connection', (connection) => {
      server.close();
      resolve(connection);
    });
  });
  server.listen(Number(port), address);
  await once(server, 'listening');
  process.stdout.write('ready\n');
  return socket;
}

async function main(): Promise<void> {
  const socket =
    mode === 'listen'
      ? await accepted()
      : connect({ host: address, port: Number(port), allowHalfOpen: true });
  const [sent, { digest, length }] = await Promise.all([send(socket, Number(bytes)), receive(socket)]);
  const report: TcpReport = { sent, received: digest, bytes: length };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}

void main();
