/**
 * Sends the payloads it is given in UDP, for tests of what a receiver makes of them.
 * Usage: node datagram-sender.js ADDRESS PORT [OWN-PORT]; each line of standard input is a payload in hexadecimal.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

async function main(): Promise<void> {
  const [address = '', port = '', own = '0'] = process.argv.slice(2);
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.bind(Number(own));
  await once(socket, 'listening');
  for await (const line of createInterface({ input: process.stdin })) {
    await new Promise<void>((resolve, reject) => {
      socket.send(Buffer.from(line, 'hex'), Number(port), address, (error) =>
        error ? reject(error) : resolve(),
      );
    });
  }
  socket.close();
}

void main();
