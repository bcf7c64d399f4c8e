/** A screen that remembers what was written to it, for tests. */
import { Screen } from '../../src/demo/screen';

export interface Terminal {
  readonly screen: Screen;
  readonly text: () => string;
}

export function terminal(isTTY: boolean): Terminal {
  let written = '';
  const screen = new Screen({ isTTY, write: (text) => (written += text) }, { TERM: 'xterm' });
  return { screen, text: () => written };
}

/** `text` without its colours and cursor movements. */
export function withoutControls(text: string): string {
  // eslint-disable-next-line no-control-regex -- they are what is removed
  return text.replace(/\x1b\[[?\d;]*[a-zA-Z]/g, '');
}
