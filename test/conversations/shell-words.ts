/** The words of a command line, as the shell splits it: blanks, and quotes of both kinds around anything. */

/** Throws SyntaxError for a quote without its end. */
export function shellWords(line: string): readonly string[] {
  const words: string[] = [];
  const pattern = /\s*((?:[^\s'"]|'[^']*'|"[^"]*")+)/gy;
  let end = 0;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    end = pattern.lastIndex;
    words.push(
      (match[1] ?? '').replace(
        /'([^']*)'|"([^"]*)"/g,
        (_, single?: string, double?: string) => single ?? double ?? '',
      ),
    );
  }
  if (line.slice(end).trim() !== '') throw new SyntaxError(`a quote without its end: ${line}`);
  return words;
}
