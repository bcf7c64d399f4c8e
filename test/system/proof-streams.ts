/** Compares streams of frames: what came out of an end with what went in. */
import assert from 'node:assert/strict';
import { canonical, flowOf } from '../datapath/reference';
import { inner, ping, type Site } from './site';

export interface Comparison {
  readonly frames: number;
  /** Frames of the first stream that the second lacks. */
  readonly missing: number;
}

/**
 * Whether `after` is `before` with some frames missing: nothing invented, changed, doubled or, within a flow, reordered; and
 * no frame of any flow on the other side of a frame of unknown flow. Throws AssertionError.
 */
export function compare(what: string, before: readonly Buffer[], after: readonly Buffer[]): Comparison {
  const places = new Map<string, number[]>();
  const contents = before.map(canonical);
  for (const [place, frame] of before.entries()) {
    const flow = flowOf(frame);
    const list = places.get(flow);
    if (list === undefined) places.set(flow, [place]);
    else list.push(place);
  }
  const next = new Map<string, number>();
  const order = after.map((frame, number) => {
    const flow = flowOf(frame);
    const content = canonical(frame);
    const list = places.get(flow) ?? [];
    let at = next.get(flow) ?? 0;
    while (at < list.length && !contents[list[at]!]!.equals(content)) at += 1;
    const found = list[at];
    assert.ok(
      found !== undefined,
      `${what}: frame ${number} was not sent, or not in this order: ${frame.toString('hex')}`,
    );
    next.set(flow, at + 1);
    return { place: found, odd: flow === '' };
  });
  const missing = before.length - order.length;
  if (missing === 0) checkBarriers(what, order);
  return { frames: order.length, missing };
}

/** Bytes of payload of the echoes that begin and end what is to be compared. */
const marks = { begin: 77, end: 78 } as const;

/** Marks a place in the streams between X and Y: what has gone before this echo has been written before it. */
export function mark(site: Site, which: keyof typeof marks): void {
  ping(site.x, inner.ipv4.y, 1, '-s', String(marks[which]));
}

function isMark(frame: Buffer, which: keyof typeof marks): boolean {
  const icmp =
    frame.length > 34 && frame.readUInt16BE(12) === 0x0800 && frame[14] === 0x45 && frame[23] === 1;
  return icmp && frame.readUInt16BE(16) === 28 + marks[which];
}

/** The frames between the marks. Throws AssertionError if they are not there. */
export function betweenMarks(what: string, frames: readonly Buffer[]): readonly Buffer[] {
  const begin = frames.findLastIndex((frame) => isMark(frame, 'begin'));
  const end = frames.findIndex((frame) => isMark(frame, 'end'));
  assert.ok(begin >= 0 && end > begin, `${what}: the marks have passed`);
  return frames.slice(begin + 1, end);
}

function checkBarriers(what: string, order: readonly { place: number; odd: boolean }[]): void {
  let [farthest, barrier] = [-1, -1];
  for (const { place, odd } of order) {
    assert.ok(
      place > barrier && !(odd && place < farthest),
      `${what}: a frame has passed one of unknown flow`,
    );
    farthest = Math.max(farthest, place);
    if (odd) barrier = place;
  }
}
