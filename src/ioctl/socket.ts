/** Connections to l2tpd by node:net. */
import { connect, Socket } from 'node:net';
import type { ByteStream, Connected } from './byte-stream';

export { Socket };

/** Connects to the Unix socket at `path`. Never rejects. */
export function connectSocket(path: string): Promise<Connected> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const failed = (error: NodeJS.ErrnoException) => {
      resolve({ kind: 'failed', code: error.code ?? error.message });
    };
    socket.once('error', failed);
    socket.once('connect', () => {
      socket.off('error', failed);
      resolve({ kind: 'connected', stream: byteStream(socket) });
    });
  });
}

/** A socket as a byte stream. */
export function byteStream(socket: Socket): ByteStream {
  return {
    get writable() {
      return socket.writable;
    },
    open({ data, closed }) {
      socket.on('data', data);
      socket.once('close', closed);
      // What an error means for a request is told by its write and by how far the conversation had come.
      socket.on('error', () => undefined);
    },
    write(text, failed) {
      socket.write(text, (error) => {
        if (error) failed();
      });
    },
    destroy() {
      socket.destroy();
    },
  };
}
