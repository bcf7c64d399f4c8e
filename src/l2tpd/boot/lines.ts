/**
 * The lines of an ifconfig.if(5) file, as rc.d/network of NetBSD 10 reads them. Text has a character for each byte
 * (latin1), so that whatever is in a file reaches the command unharmed.
 */

export type LineKind =
  /** Words for `ifconfig INTERFACE`. */
  | 'arguments'
  /** A command of the shell's; the text is what follows the `!`. */
  | 'command'
  /** Asks for a DHCP client. */
  | 'dhcp'
  /** Ends in a carriage return, which would become part of a word or of a file's name. */
  | 'carriage-return';

export interface Line {
  readonly kind: LineKind;
  /** Where it begins in the file, counted from 1. */
  readonly number: number;
  /** Without blanks at either end. */
  readonly text: string;
}

/**
 * The lines that something is to be done for. As sh(1)'s `read -r` does, NULs are dropped and blanks at both ends of
 * each line in the file, before a backslash at its end joins it with the next one. Unlike there the last line
 * counts even if no newline ends it.
 */
export function parseLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  const pieces: string[] = [];
  let number = 1;
  for (const [index, part] of text.replaceAll('\0', '').split('\n').entries()) {
    const piece = withoutBlanks(part);
    if (pieces.length === 0) number = index + 1;
    if (piece.endsWith('\\')) pieces.push(piece.slice(0, -1));
    else {
      addLine(lines, number, pieces.splice(0).join('') + piece);
    }
  }
  addLine(lines, number, pieces.join(''));
  return lines;
}

function addLine(lines: Line[], number: number, joined: string): void {
  const text = withoutBlanks(joined);
  if (text === '' || text.startsWith('#') || text === 'create') return;
  if (text.endsWith('\r')) lines.push({ kind: 'carriage-return', number, text });
  else if (text.startsWith('!')) lines.push({ kind: 'command', number, text: text.slice(1) });
  else lines.push({ kind: text === 'dhcp' ? 'dhcp' : 'arguments', number, text });
}

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t';

/** In one pass from each end: lines may be as long as a file. */
function withoutBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text[start])) start += 1;
  while (end > start && isBlank(text[end - 1])) end -= 1;
  return text.slice(start, end);
}
