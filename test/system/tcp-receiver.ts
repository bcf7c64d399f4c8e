/**
 * Takes one TCP connection and says what came over it.
 * Usage: node tcp-receiver.js ADDRESS; prints the port when it listens, then "SHA-256 BYTES" at the end.
 */
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';

const server = createServer((socket) => {
  server.close();
  const hash = createHash('sha256');
  socket.on('data', (chunk) => void hash.update(chunk));
  socket.on('end', () => {
    console.log(`${hash.digest('hex')} ${socket.bytesRead}`);
    socket.end();
  });
});
server.listen(0, process.argv[2], () => {
  const address = server.address();
  if (typeof address === 'object') console.log(address?.port);
});
