/** Names of the machine's interfaces in the place of {ether0} and the like. */
import type { Answer, Exchange } from './conversation';

/** Interface names by placeholder, without its braces. */
export type Names = ReadonlyMap<string, string>;

const fill = (text: string, names: Names): string =>
  text.replace(/\{(\w+)\}/g, (whole, placeholder: string) => names.get(placeholder) ?? whole);

export const namedWords = ({ words }: Exchange, names: Names): readonly string[] =>
  words.map((word) => fill(word, names));

export const namedAnswer = (answer: Answer, names: Names): Answer => ({
  ...answer,
  stdout: answer.stdout.map((line) => fill(line, names)),
  stderr: answer.stderr.map((line) => fill(line, names)),
});
