/** A process that waits for one packet, because waiting blocks: its two lines of output are its protocol. */
import { carriesEchoRequest } from './decode';
import { openPacketSocket } from './packet-socket';

/** First line of output: from now on nothing is missed. The second is the packet in hexadecimal. */
export const captureReady = 'ready';

/** Prints the first L2TPv3 packet on `interfaceName` that carries an echo request, from its IP header on. */
export function capture(interfaceName: string, cookieLength: number): void {
  const nextPacket = openPacketSocket(interfaceName);
  process.stdout.write(`${captureReady}\n`);
  let packet = nextPacket();
  while (!carriesEchoRequest(packet, cookieLength)) packet = nextPacket();
  process.stdout.write(`${packet.toString('hex')}\n`);
}
