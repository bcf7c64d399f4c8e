/** The words of `npm run bench`. */
import { Command, InvalidArgumentError, Option } from 'commander';

export interface Options {
  /** Results to show again instead of measuring. */
  readonly from: string | undefined;
  readonly quick: boolean;
  readonly rounds: number;
  readonly outerMtu: number;
  /** Names; empty for all. */
  readonly only: readonly string[];
  readonly measure: readonly string[];
  readonly markdown: boolean;
  /** Files to write. */
  readonly json: string | undefined;
  readonly svg: string | undefined;
  readonly readme: string | undefined;
}

const defaultRounds = { thorough: 5, quick: 1 } as const;

export interface Names {
  readonly contestants: readonly string[];
  readonly measurements: readonly string[];
}

const numberBetween =
  (low: number, high: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < low || value > high)
      throw new InvalidArgumentError(`Not a number from ${low} to ${high}.`);
    return value;
  };

const namesAmong =
  (known: readonly string[]) =>
  (text: string): readonly string[] => {
    const names = text.split(',');
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new InvalidArgumentError(`No "${unknown}"; there are: ${known.join(', ')}.`);
    return names;
  };

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
const list = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];

/** `words` without node and program. Throws commander's CommanderError where that would exit. */
export function parseOptions(words: readonly string[], names: Names): Options {
  const command = new Command('npm run bench --')
    .description('Compares the speed of L2TPv3 tunnel ends on this machine, in interleaved rounds.')
    .option('--quick', 'one short round: less than three minutes, and less to trust')
    .addOption(new Option('--rounds <n>', 'default: 5, or 1 with --quick').argParser(numberBetween(1, 100)))
    .addOption(
      new Option('--only <names>', `contestants, of: ${names.contestants.join(', ')}`).argParser(
        namesAmong(names.contestants),
      ),
    )
    .addOption(
      new Option('--measure <names>', `measurements, of: ${names.measurements.join(', ')}`).argParser(
        namesAmong(names.measurements),
      ),
    )
    .addOption(
      new Option('--outer-mtu <bytes>', 'MTU between the tunnel ends; 1500 makes fragments')
        .argParser(numberBetween(1280, 9000))
        .default(1600),
    )
    .option('--from <file>', 'show the results in a JSON file instead of measuring')
    .option('--json <file>', 'write the results')
    .option('--svg <file>', 'write a chart')
    .option('--readme <file>', 'put the table into a Markdown file, between its marks')
    .option('--markdown', 'print Markdown')
    .allowExcessArguments(false)
    .exitOverride()
    .parse(words, { from: 'user' });
  const given: Readonly<Record<string, unknown>> = command.opts();
  const quick = given.quick === true;
  const number = (value: unknown, otherwise: number): number =>
    typeof value === 'number' ? value : otherwise;
  return {
    from: text(given.from),
    quick,
    rounds: number(given.rounds, quick ? defaultRounds.quick : defaultRounds.thorough),
    outerMtu: number(given.outerMtu, NaN),
    only: list(given.only),
    measure: list(given.measure),
    markdown: given.markdown === true,
    json: text(given.json),
    svg: text(given.svg),
    readme: text(given.readme),
  };
}
