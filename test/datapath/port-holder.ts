/** Another process that has a UDP port. Usage: node port-holder.js PORT; says "ready" and keeps it until it is ended. */
import { createSocket } from 'node:dgram';

const socket = createSocket('udp4');
socket.bind(Number(process.argv[2]), () => process.stdout.write('ready\n'));
