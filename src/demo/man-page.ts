/**
 * Literal blocks of a manual page's mdoc(7) source, so that what is run is what is documented.
 *
 * A comment `.\" example: NAME`, or another word than "example", right before a `.Bd -literal` names the block.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../package-root';

export interface LiteralBlock {
  /** "example", "output", "picture"; empty if the block has no name. */
  readonly kind: string;
  readonly name: string;
  readonly lines: readonly string[];
}

/** Escapes that a literal block may hold, mandoc_char(7). */
const escapes: Readonly<Record<string, string>> = { '\\e': '\\', '\\-': '-', '\\(aq': "'", '\\&': '' };

const unescape = (text: string): string =>
  text.replace(/\\(?:\(..|.)/g, (escape) => {
    const plain = escapes[escape];
    if (plain === undefined) throw new Error(`manual page: unknown escape ${escape}`);
    return plain;
  });

/** All literal blocks of `source`, in order. */
export function literalBlocks(source: string): readonly LiteralBlock[] {
  const blocks: LiteralBlock[] = [];
  let comment: readonly [kind: string, name: string] = ['', ''];
  let lines: string[] | null = null;
  for (const line of source.split('\n')) {
    if (lines) {
      if (line === '.Ed') {
        blocks.push({ kind: comment[0], name: comment[1], lines });
        lines = null;
        comment = ['', ''];
      } else lines.push(unescape(line));
    } else if (line.startsWith('.Bd -literal')) lines = [];
    else {
      const [, kind = '', name = ''] = /^\.\\" ([a-z]+)(?:: (.+))?$/.exec(line) ?? [];
      comment = [kind, name];
    }
  }
  return blocks;
}

/** The source of a page of this package, such as "l2tp.4". */
export function manPage(name: string): string {
  return readFileSync(join(packageRoot(), 'man', name), 'utf8');
}

/** The block's commands as a shell script: every line without its root's prompt. */
export function script({ name, lines }: LiteralBlock): string {
  return lines
    .map((line) => {
      if (!line.startsWith('# ')) throw new Error(`manual page: example ${name}: no prompt: ${line}`);
      return `${line.slice(2)}\n`;
    })
    .join('');
}

/** The block of that kind and name; there has to be one. */
export function block(page: string, kind: string, name = ''): LiteralBlock {
  const found = literalBlocks(manPage(page)).find((each) => each.kind === kind && each.name === name);
  if (!found) throw new Error(`man/${page}: no ${kind} ${name}`);
  return found;
}
