/** The manual page's picture with what passes written below it. */
import type { Screen } from './screen';

/** Packets that one router's l2tp interface has moved. */
export interface Traffic {
  readonly received: number;
  readonly sent: number;
}

export interface Moment {
  readonly A: Traffic;
  readonly B: Traffic;
  /** Addresses of the hosts. */
  readonly X: string;
  readonly Y: string;
  /** What ping said last. */
  readonly ping: string;
  /** Counts up while traffic flows; moves the dot along the wire. */
  readonly tick: number;
}

interface Box {
  readonly at: number;
  readonly width: number;
}

/** Where the picture's boxes X, A, B and Y are. Throws if it has not four side by side. */
function findBoxes(picture: readonly string[]): readonly [Box, Box, Box, Box] {
  for (const line of picture) {
    const edges = [...line.matchAll(/\+-+\+/g)];
    const [X, A, B, Y] = edges.map(({ index, 0: edge }) => ({ at: index, width: edge.length }));
    if (X && A && B && Y) return [X, A, B, Y];
  }
  throw new Error('the picture does not have four boxes');
}

const counter = (label: string, packets: number, { width }: Box): string =>
  `${label}${String(packets).padStart(width - label.length)}`;

/** An arrow with a dot at `dot`, if that is on its shaft. */
function arrow(left: string, right: string, shaft: number, dot: number): string {
  const middle = Array.from({ length: shaft }, (_, at) => (at === dot ? 'o' : '-'));
  return `${left}${middle.join('')}${right}`;
}

/** Puts each text at its column. */
function row(...parts: readonly (readonly [at: number, text: string])[]): string {
  return parts.reduce((line, [at, text]) => line.padEnd(at) + text, '');
}

/** Lines of at most 80 columns. */
export function drawMoment(picture: readonly string[], moment: Moment, screen: Screen): readonly string[] {
  const { A, B, X, Y, ping, tick } = moment;
  const [boxX, boxA, boxB, boxY] = findBoxes(picture);
  const gap = boxA.at + boxA.width + 2;
  const shaft = boxB.at - gap - 4;
  // There and back again; at 0 nothing moves.
  const there = tick === 0 ? -1 : tick % (2 * shaft);
  const back = tick === 0 ? -1 : 2 * shaft - 1 - there;
  return [
    ...picture.map((line) => screen.paint('cyan', line)),
    row(
      [boxX.at, X],
      [boxA.at, counter('sent', A.sent, boxA)],
      [gap, arrow('-', '>', shaft, there)],
      [boxB.at, counter('received', B.received, boxB)],
      [boxY.at, Y],
    ),
    row(
      [boxA.at, counter('received', A.received, boxA)],
      [gap, arrow('<', '-', shaft, back)],
      [boxB.at, counter('sent', B.sent, boxB)],
    ),
    '',
    screen.paint('dim', ping.slice(0, 78)),
  ];
}
