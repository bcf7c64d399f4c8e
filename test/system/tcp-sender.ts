/** Sends a file over TCP. Usage: node tcp-sender.js ADDRESS PORT FILE. */
import { createReadStream } from 'node:fs';
import { connect } from 'node:net';
import { pipeline } from 'node:stream/promises';

const [, , host = '', port = '', file = ''] = process.argv;
const socket = connect({ host, port: Number(port) });
void pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), socket).then(() => socket.resume());
