/** The terminal: colours, and text that is replaced in place. Without a terminal, plain lines, once. */

/** SGR codes, ECMA-48. */
const styles = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, blue: 34, magenta: 35, cyan: 36 } as const;

export type Style = keyof typeof styles;

/** Columns that lines may have. */
const widest = 80;

/** Where it all goes, such as process.stdout. */
export interface Output {
  readonly isTTY?: boolean;
  /** The terminal's width. */
  readonly columns?: number;
  write(text: string): unknown;
}

export class Screen {
  readonly #out: Output;
  readonly #colour: boolean;
  /** Whether text can be replaced. */
  readonly live: boolean;
  /** Lines on the screen that the next live text replaces. */
  #replaced = 0;

  constructor(out: Output, environment: NodeJS.ProcessEnv = process.env) {
    this.#out = out;
    const terminal = out.isTTY === true && environment.TERM !== 'dumb';
    this.#colour = terminal && !environment.NO_COLOR;
    // A line that wraps cannot be gone back over.
    this.live = terminal && (out.columns ?? widest) >= widest;
  }

  /** `text` in a style, where colours are shown. */
  paint(style: Style, text: string): string {
    return this.#colour ? `\x1b[${styles[style]}m${text}\x1b[0m` : text;
  }

  line(text = ''): void {
    this.#out.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line();
    this.line(this.paint('bold', text));
    this.line();
  }

  /** Shows `lines` in the place of those shown last by this method. Nothing without a terminal. */
  replace(lines: readonly string[]): void {
    if (!this.live) return;
    const back = this.#replaced > 0 ? `\x1b[${this.#replaced}A` : '\x1b[?25l';
    this.#out.write(`${back}${lines.map((line) => `\x1b[2K${line}\n`).join('')}`);
    this.#replaced = lines.length;
  }

  /** Shows `lines` for good. */
  settle(lines: readonly string[]): void {
    if (this.live) this.replace(lines);
    else for (const line of lines) this.line(line);
    this.restore();
  }

  /** Gives the cursor back. */
  restore(): void {
    if (this.#replaced > 0) this.#out.write('\x1b[?25h');
    this.#replaced = 0;
  }
}
