/** Transcripts of commands: `$ command`, its output with three blanks before each line, `   rc N`. */
import { readFileSync } from 'node:fs';

export interface Step {
  readonly command: string;
  /** Both streams, as they came. */
  readonly output: readonly string[];
  readonly status: number;
}

/** Steps of the part of a transcript whose heading begins with `## Part <part>`. */
export function readTranscript(path: string, part: number): readonly Step[] {
  const text = readFileSync(path, 'utf8');
  const section = text.split(/^(?=## )/m).find((one) => one.startsWith(`## Part ${part}:`));
  if (section === undefined) throw new Error(`${path} has no part ${part}`);
  return section
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...rest] = step.split('\n').filter((line) => line !== '');
      const status = /^ {3}rc (\d+)$/.exec(rest.pop() ?? '');
      if (!status) throw new Error(`"${command}" has no exit status`);
      return { command, output: rest.map((line) => line.slice(3)), status: Number(status[1]) };
    });
}
