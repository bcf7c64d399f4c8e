/** `npm run demo`: the manual page's example on one machine, with nothing left behind. */
import { capture } from '../demo/capture';
import { privateMachine } from '../demo/private-machine';
import { captureOption, MissingError, runScenario } from '../demo/scenario';
import { Screen } from '../demo/screen';
import { InterruptedError, supervise, supervised } from '../demo/supervise';

/** Given to the process inside the private machine. */
const insideOption = '--inside';

async function outside(): Promise<number> {
  const machine = privateMachine();
  if ('reason' in machine) {
    console.error(`demo: ${machine.reason}`);
    return 1;
  }
  return supervise([...machine.prefix, process.execPath, __filename, insideOption]);
}

async function inside(): Promise<number> {
  const screen = new Screen(process.stdout);
  try {
    await runScenario(screen, supervised());
    return 0;
  } catch (error) {
    if (error instanceof InterruptedError) screen.line('\nEnded; nothing is left behind.');
    else if (error instanceof MissingError) console.error(`demo: ${error.message}`);
    else console.error(error);
    return 1;
  }
}

function main([option, ...rest]: readonly string[]): void {
  if (option === captureOption) capture(rest[0] ?? '', Number(rest[1]));
  else void (option === insideOption ? inside() : outside()).then((status) => process.exit(status));
}

main(process.argv.slice(2));
