import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dropCauses } from '../../src/datapath/drop-causes';
import { manPage } from '../../src/demo/man-page';
import { program } from '../system/commands';
import { must } from '../system/lab';

const page = manPage('l2tpd.8');

describe('l2tpd(8)', () => {
  it('lists every cause for which a packet is dropped, and no other', () => {
    const rows = [...page.matchAll(/^\.It Li (\S+) Ta (in|out) Ta (.+)$/gm)];
    assert.deepEqual(
      rows.map(([, name, direction, text]) => ({ name, direction, text })),
      dropCauses.map(({ name, direction, text }) => ({ name, direction, text })),
    );
  });

  it('describes the options that the program has', () => {
    const help = must([process.execPath, program('l2tpd'), '--help']);
    const options = [...help.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm)].map(([, name]) => name);
    const described = [...page.matchAll(/^\.It Fl (?:\w , )?-([a-z-]+)/gm)].map(([, name]) => name);
    assert.deepEqual(described.sort(), options.filter((name) => name !== 'help').sort());
  });

  it('describes the variables that the options can be set by', () => {
    const help = must([process.execPath, program('l2tpd'), '--help']);
    const variables = help.match(/\bL2TPD_\w+/g) ?? [];
    assert.ok(variables.length > 0);
    for (const name of variables) assert.ok(page.includes(`.It Ev ${name}\n`), name);
  });
});
