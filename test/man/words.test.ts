import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { verbs } from '../../src/cli/brconfig-verbs';
import { manPage } from '../../src/demo/man-page';
import { program } from '../system/commands';
import { run } from '../system/lab';

/** Words that a page's lists of commands explain. */
function explained(page: string): ReadonlySet<string> {
  const items = [...manPage(page).matchAll(/^\.It (.*\bCm .+|Oo Ar af .+)$/gm)].map(([, item = '']) => item);
  return new Set(items.flatMap((item) => item.split(/[\s,]+/)));
}

describe('every word that is understood is explained', () => {
  it('in brconfig-l2tp(8)', () => {
    const words = explained('brconfig-l2tp.8');
    for (const word of verbs.flatMap((verb) => verb.words)) assert.ok(words.has(word), word);
  });

  it('in ifconfig-l2tp(8)', () => {
    const { stderr } = run([process.execPath, program('ifconfig-l2tp'), '-?']);
    const forms = [...stderr.matchAll(/\[ ([^[\]]+|\[ af \] [^[\]]+) \]/g)].map(([, form = '']) => form);
    assert.ok(forms.length > 10, stderr);
    const words = explained('ifconfig-l2tp.8');
    /** In place of a word that the user chooses. */
    const operand = /^(\[|\]|af|address|.*_addr|addr|mask|n|str|.*-id|.*-length|(local|remote)-cookie)$/;
    for (const word of forms.flatMap((form) => form.split(/[\s|]+/))) {
      if (word && !operand.test(word)) assert.ok(words.has(word), word);
    }
  });

  it('options of ifconfig-l2tp(8) too', () => {
    const { stderr } = run([process.execPath, program('ifconfig-l2tp'), '-?']);
    const options = new Set(
      [...stderr.matchAll(/(?<= \[?|ifconfig )-([A-Za-z])\b/g)].map(([, letter]) => letter),
    );
    assert.ok(options.size > 8, stderr);
    const items = [...manPage('ifconfig-l2tp.8').matchAll(/^\.It Fl ([A-Za-z](?: , [A-Za-z])*)( |$)/gm)];
    const described = new Set(items.flatMap(([, letters = '']) => letters.split(' , ')));
    for (const letter of options) assert.ok(described.has(letter ?? ''), letter);
  });
});
