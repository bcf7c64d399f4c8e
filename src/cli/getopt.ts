/** getopt(3): options before the first word that is none, several in one word, values attached or following. */
import { UsageError } from './errors';

export interface Option {
  readonly letter: string;
  /** Its value; the empty string for an option without one. */
  readonly value: string;
}

/**
 * Splits `argv` by `letters`, getopt(3)'s option string (a colon after a letter that takes a value). Throws
 * UsageError with getopt(3)'s own message.
 */
export function getopt(
  argv: readonly string[],
  letters: string,
): { readonly options: readonly Option[]; readonly words: readonly string[] } {
  const options: Option[] = [];
  let index = 0;
  for (; index < argv.length; index += 1) {
    const word = argv[index] ?? '';
    if (word === '--') {
      index += 1;
      break;
    }
    if (!word.startsWith('-') || word === '-') break;
    for (let at = 1; at < word.length; at += 1) {
      const letter = word.charAt(at);
      const known = letter === ':' ? -1 : letters.indexOf(letter);
      if (known < 0) throw new UsageError(`unknown option -- ${letter}`);
      if (letters[known + 1] !== ':') {
        options.push({ letter, value: '' });
        continue;
      }
      let value: string | undefined = word.slice(at + 1);
      if (value === '') {
        index += 1;
        value = argv[index];
      }
      if (value === undefined) throw new UsageError(`option requires an argument -- ${letter}`);
      options.push({ letter, value });
      break;
    }
  }
  return { options, words: argv.slice(index) };
}
