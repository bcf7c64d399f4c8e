#!/usr/bin/env node
/** l2tpd(8). Its parts are loaded late, so that a native module that is missing is a message like any other. */

async function start(): Promise<number> {
  try {
    const { main } = await import('../l2tpd/command.js');
    const { openMachine } = await import('../l2tpd/machine.js');
    return await main(process.argv, openMachine);
  } catch (error) {
    const [reason] = String(error instanceof Error ? error.message : error).split('\n', 1);
    process.stderr.write(`l2tpd: ${reason ?? ''}\n`);
    return 1;
  }
}

void start().then((status) => process.exit(status));
