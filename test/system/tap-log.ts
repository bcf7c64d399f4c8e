/**
 * Logs what passes a TAP device, super-frames as they are: virtio_net header of 10 bytes, then the frame. What the host sends
 * into the device is at the log's place `s`, what comes out of it at `r`.
 * Usage: node tap-log.js DEVICE FILE; says "ready", and at the end of its input how many frames it had no room for.
 */
import { readSync, writeSync } from 'node:fs';
import { libc } from '../../src/linux/libc';
import { Arena } from '../../src/datapath/memory';
import { slotLength } from '../../src/datapath/message-vector';
import * as system from '../../src/datapath/system-calls';
import { lostFrames, openPacketSocket } from '../linux/packet-socket';
import { FrameLog } from './frame-log';

const POLLIN = 1;
/** In struct sockaddr_ll, sll_pkttype and its value for what the host sends. */
const packetType = 10;
const PACKET_OUTGOING = 4;

const recvfrom: (
  fd: number,
  address: bigint,
  size: number,
  flags: number,
  name: bigint,
  nameLength: bigint,
) => number = libc.func(
  'intptr_t recvfrom(int fd, uintptr_t address, size_t size, int flags, uintptr_t name, uintptr_t length)',
);

function main(device: string, file: string): void {
  const log = new FrameLog(file);
  const fd = openPacketSocket(device, { vnetHeader: true, own: true });
  const arena = new Arena(slotLength + 64);
  const [slot, name, nameLength] = [arena.reserve(slotLength), arena.reserve(24), arena.reserve(8)];
  const descriptors = new Arena(2 * 8);
  const words = new Int32Array(descriptors.bytes.buffer);
  const events = new Int16Array(descriptors.bytes.buffer);
  for (const [place, descriptor] of [fd, 0].entries()) {
    words[place * 2] = descriptor;
    events[place * 4 + 2] = POLLIN;
  }
  const drain = () => {
    for (;;) {
      arena.setWord(nameLength, 20);
      const length = recvfrom(
        fd,
        arena.address(slot),
        slotLength,
        0,
        arena.address(name),
        arena.address(nameLength),
      );
      if (length < 0) return;
      const place = arena.bytes[name + packetType] === PACKET_OUTGOING ? 's' : 'r';
      log.add(place, arena.bytes.subarray(slot, slot + length));
    }
  };
  writeSync(1, 'ready\n');
  do {
    system.poll(descriptors.address(0), 2, -1);
    drain();
  } while (events[4 + 3] === 0 || readSync(0, Buffer.alloc(64)) > 0);
  drain();
  log.close();
  writeSync(1, `${lostFrames(fd)}\n`);
}

const [, , device = '', file = ''] = process.argv;
main(device, file);
