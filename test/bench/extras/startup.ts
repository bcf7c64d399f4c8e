/** What a command costs besides node itself: `ifconfig-l2tp l2tp0` against `node -e 0`, turn by turn. */
import { join } from 'node:path';
import { quietly } from '../../system/commands';
import { Lab } from '../../system/lab';
import { output } from '../children';
import type { Extra, Setting } from '../extra';
import { median } from '../statistics';
import { parseTimes } from '../startup-times';

/** Turns of each round of the bench. */
const turns = 11;

async function* measure({ rounds }: Setting) {
  const lab = new Lab();
  try {
    const host = lab.host('a');
    quietly(host, 'ifconfig l2tp0 create');
    const program = join(__dirname, '..', 'startup-times.js');
    for (let round = 0; round < rounds; round += 1) {
      const { bare, command } = parseTimes(await output(host, [process.execPath, program, String(turns)]));
      yield { 'startup-node': median(bare), 'startup-command': median(command) };
    }
    quietly(host, 'ifconfig l2tp0 destroy');
  } finally {
    await lab.close();
  }
}

export const startup: Extra = {
  name: 'startup',
  figures: [
    { name: 'startup-node', label: 'node -e 0', unit: 'ms', better: 'less' },
    { name: 'startup-command', label: 'ifconfig-l2tp l2tp0', unit: 'ms', better: 'less' },
  ],
  measure,
};
