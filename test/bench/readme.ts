/** Puts the table of a run into a text between two marks, so that no figure is copied by hand. */

const begin = '<!-- npm run bench: begin -->';
const end = '<!-- npm run bench: end -->';

/** A text that has not both marks, once and in this order. */
export class MarksError extends Error {
  override readonly name = 'MarksError';
  readonly code = 'NO_MARKS';

  constructor() {
    super(`no lines "${begin}" and "${end}"`);
  }
}

function split(text: string): readonly [before: string, between: string, after: string] {
  const [before, rest, ...others] = text.split(`${begin}\n`);
  const [between, after, ...more] = rest?.split(`${end}\n`) ?? [];
  const missing = before === undefined || between === undefined || after === undefined;
  if (missing || others.length > 0 || more.length > 0) throw new MarksError();
  return [before, between, after];
}

/** What is between the marks. Throws MarksError. */
export const markedPart = (text: string): string => split(text)[1];

/** The text with another part between the marks. Throws MarksError. */
export function replaceMarkedPart(text: string, part: string): string {
  const [before, , after] = split(text);
  return `${before}${begin}\n${part}${end}\n${after}`;
}
