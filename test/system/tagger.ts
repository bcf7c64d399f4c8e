/**
 * A VLAN, or a VLAN inside a VLAN, for kernels that have no such devices: what one TAP device sends leaves the other with tags.
 * Super-frames stay super-frames. Both devices are made where this runs; either may be moved to another host.
 * Usage: node tagger.js TRUNK ACCESS TAG..., tags with their ethertype as 8 hexadecimal digits, the outermost first;
 * says "ready" when it has both.
 */
import { enableOffload } from '../../src/datapath/offload';
import { Arena } from '../../src/datapath/memory';
import { slotLength } from '../../src/datapath/message-vector';
import { Readiness } from '../../src/datapath/readiness';
import { makeNonBlocking, readFrame } from '../../src/datapath/tap';
import { needsChecksum, vnetField, vnetLittleEndian } from '../../src/datapath/vnet-header';
import * as system from '../../src/datapath/system-calls';
import { openTap } from '../datapath/tap-device';

const vnetHeader = 10;
const addresses = 12;
/** Where frames are read to; tags have room before it. */
const slot = 64;

const [trunkName = '', accessName = '', ...tags] = process.argv.slice(2);
const tag = Buffer.from(tags.join(''), 'hex');
const arena = new Arena(slot + slotLength);
const { bytes, view } = arena;

function open(name: string): number {
  const fd = openTap(name, vnetHeader);
  makeNonBlocking(fd);
  enableOffload(fd);
  return fd;
}

/** Moves the virtio_net header's notion of where the transport header begins. */
function shiftChecksum(header: number, distance: number): void {
  if ((bytes[header + vnetField.flags]! & needsChecksum) === 0) return;
  for (const field of [vnetField.checksumStart, vnetField.headerLength]) {
    view.setUint16(
      header + field,
      view.getUint16(header + field, vnetLittleEndian) + distance,
      vnetLittleEndian,
    );
  }
}

/** Puts the tags into the frame at `slot`; where it begins now. */
function push(): number {
  const start = slot - tag.length;
  bytes.copyWithin(start, slot, slot + vnetHeader + addresses);
  bytes.set(tag, start + vnetHeader + addresses);
  shiftChecksum(start, tag.length);
  return start;
}

/** Takes the tags out of the frame at `slot`; where it begins now, or 0 if it has other tags or none. */
function pop(length: number): number {
  const at = slot + vnetHeader + addresses;
  if (length < vnetHeader + addresses + tag.length || !tag.equals(bytes.subarray(at, at + tag.length)))
    return 0;
  const start = slot + tag.length;
  bytes.copyWithin(start, slot, at);
  shiftChecksum(start, -tag.length);
  return start;
}

const [trunk, access] = [open(trunkName), open(accessName)];
const readiness = new Readiness();
for (const fd of [trunk, access]) readiness.add(fd);
const to = arena.address(slot);

function move(from: number): void {
  for (;;) {
    const length = readFrame(from, to);
    if (length <= 0) return;
    const start = from === access ? push() : pop(length);
    // A device that is not up yet refuses frames.
    if (start !== 0)
      system.write(from === access ? trunk : access, arena.address(start), slot + length - start);
  }
}

process.stdout.write('ready\n');
for (;;) {
  const count = readiness.wait();
  for (let place = 0; place < count; place += 1) move(readiness.fd(place));
}
