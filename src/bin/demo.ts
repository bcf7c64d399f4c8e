/** `npm run demo`: the manual page's example on one machine, with nothing left behind. */
import { CommandError } from '../demo/command';
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
    else if (error instanceof MissingError || error instanceof CommandError) {
      console.error(`demo: ${error.message}`);
    } else console.error(error);
    return 1;
  }
}

/** Only this loads the foreign function interface. */
async function captureOn([name = '', cookieLength]: readonly string[]): Promise<number> {
  const { capture } = await import('../demo/capture.js');
  capture(name, Number(cookieLength));
  return 0;
}

function main([option, ...rest]: readonly string[]): Promise<number> {
  if (option === captureOption) return captureOn(rest);
  return option === insideOption ? inside() : outside();
}

void main(process.argv.slice(2)).then((status) => process.exit(status));
