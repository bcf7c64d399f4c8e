/** `npm run bench`: the options, the private machine that the run has for itself, and where its results go. */
import { readFileSync, writeFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { privateMachine } from '../../src/demo/private-machine';
import { InterruptedError, supervise, supervised } from '../../src/demo/supervise';
import { chart } from './chart';
import { parseOptions, type Options } from './options';
import { replaceMarkedPart } from './readme';
import { markdownReport, textReport } from './report';
import { encodeResults, parseResults, type Results } from './results';
import { cannotMeasure, measure, names } from './run';

/** Given to the process inside the private machine, before the words. */
const inside = '--inside';

function publish(results: Results, options: Options): void {
  if (options.json !== undefined) writeFileSync(options.json, encodeResults(results));
  if (options.svg !== undefined) writeFileSync(options.svg, chart(results));
  if (options.readme !== undefined) {
    const text = readFileSync(options.readme, 'utf8');
    writeFileSync(options.readme, replaceMarkedPart(text, markdownReport(results)));
  }
  process.stdout.write(options.markdown ? markdownReport(results) : textReport(results));
}

async function measureInside(options: Options): Promise<number> {
  try {
    publish(await measure(options, supervised()), options);
    return 0;
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    console.error('\nEnded; nothing is left behind.');
    return 1;
  }
}

function startInside(words: readonly string[]): Promise<number> {
  const machine = privateMachine();
  const reason = 'reason' in machine ? machine.reason : cannotMeasure();
  if (reason !== false || 'reason' in machine) throw new Error(String(reason));
  return supervise([...machine.prefix, process.execPath, __filename, inside, ...words]);
}

async function main(argv: readonly string[]): Promise<number> {
  const isInside = argv[0] === inside;
  const words = isInside ? argv.slice(1) : argv;
  try {
    const options = parseOptions(words, names);
    if (isInside) return await measureInside(options);
    if (options.from === undefined) return await startInside(words);
    publish(parseResults(readFileSync(options.from, 'utf8')), options);
    return 0;
  } catch (error) {
    // commander has printed what it had to say
    if (error instanceof CommanderError) return error.exitCode;
    console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

void main(process.argv.slice(2)).then((status) => process.exit(status));
