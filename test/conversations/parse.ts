/** Reads transcripts (README.md here has their format) into conversations. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  Answer,
  Caller,
  Condition,
  Conversation,
  Direction,
  Exchange,
  Mark,
  Place,
  Provenance,
} from './conversation';
import { expandIoctlLine } from './ioctl-lines';
import { shellWords } from './shell-words';

/** A transcript that does not keep to the format. */
export class TranscriptError extends Error {
  override readonly name = 'TranscriptError';
  readonly code = 'transcript';
  constructor({ file, line }: Place, message: string) {
    super(`${file}:${line}: ${message}`);
  }
}

interface Draft {
  readonly title: string;
  readonly place: Place;
  interfaces: readonly string[];
  readonly hosts: Map<string, readonly string[]>;
  onlyEmulated: string | null;
  readonly steps: (DraftExchange | Direction)[];
}

type DraftExchange = Exchange & { readonly answers: Answer[] };

interface DraftAnswer {
  readonly condition: Condition;
  mark: Mark;
  readonly stdout: string[];
  readonly stderr: string[];
  ioctls: string[] | null;
}

const provenances: readonly Provenance[] = ['observed', 'stated', 'D', 'U'];
const always: Condition = { kernels: 'all', releases: null, why: '' };

/** Takes one line after the other. What it holds between lines is where the line stands. */
class Parser {
  readonly conversations: Draft[] = [];
  #caller: Caller = 'root';
  #mark: Mark | null = null;
  #exchange: DraftExchange | null = null;
  #answer: DraftAnswer | null = null;

  take(kind: string, rest: string, place: Place): void {
    switch (kind) {
      case '=':
        this.#noneOpen(place);
        this.#exchange = null;
        this.#caller = 'root';
        this.conversations.push({
          title: rest,
          place,
          interfaces: [],
          hosts: new Map(),
          onlyEmulated: null,
          steps: [],
        });
        return;
      case '@':
        this.#noneOpen(place);
        this.#attribute(rest.split(' '), place);
        return;
      case '%':
        this.#setMark(parseMark(rest, place));
        return;
      case '>':
        this.#noneOpen(place);
        this.#conversation(place).steps.push({ kind: 'direction', place, words: shellWords(rest) });
        return;
      case '$':
        this.#noneOpen(place);
        this.#exchange = this.#newExchange(rest, place);
        this.#conversation(place).steps.push(this.#exchange);
        return;
      default:
        this.#answerLine(kind, rest, place);
    }
  }

  end(place: Place): void {
    this.#noneOpen(place);
  }

  #answerLine(kind: string, rest: string, place: Place): void {
    if (kind === '[') {
      if (this.#answer) throw new TranscriptError(place, 'the answer before this line has no exit status');
      this.#answer = this.#newAnswer(parseCondition(rest, place), place);
      return;
    }
    this.#answer ??= this.#newAnswer(always, place);
    if (kind === '1') this.#answer.stdout.push(rest);
    else if (kind === '2') this.#answer.stderr.push(rest);
    else if (kind === '!') (this.#answer.ioctls ??= []).push(expandIoctlLine(rest));
    else if (kind === '?' && /^\d+$/.test(rest)) {
      this.#exchange?.answers.push({ ...this.#answer, status: Number(rest) });
      this.#answer = null;
    } else throw new TranscriptError(place, `no line begins like this: ${kind} ${rest}`);
  }

  #attribute([name, ...values]: readonly string[], place: Place): void {
    const conversation = this.#conversation(place);
    const [first = '', ...others] = values;
    if (name === 'caller' && (first === 'root' || first === 'user')) this.#caller = first;
    else if (name === 'interfaces') conversation.interfaces = values;
    else if (name === 'host' && others.length > 0) conversation.hosts.set(first, others);
    else if (name === 'only' && first === 'emulated:') conversation.onlyEmulated = others.join(' ');
    else throw new TranscriptError(place, `no such attribute: ${[name, ...values].join(' ')}`);
  }

  /** Between exchanges it holds from there on, within an answer for that alone. */
  #setMark(mark: Mark): void {
    if (this.#answer) this.#answer.mark = mark;
    else this.#mark = mark;
  }

  #newExchange(command: string, place: Place): DraftExchange {
    const [program, ...words] = shellWords(command);
    if (program !== 'ifconfig' && program !== 'brconfig')
      throw new TranscriptError(place, `neither ifconfig nor brconfig: ${command}`);
    return { kind: 'exchange', place, command, program, words, caller: this.#caller, answers: [] };
  }

  #newAnswer(condition: Condition, place: Place): DraftAnswer {
    if (!this.#exchange) throw new TranscriptError(place, 'an answer without a command');
    if (!this.#mark) throw new TranscriptError(place, 'nothing says how this is known');
    return { condition, mark: this.#mark, stdout: [], stderr: [], ioctls: null };
  }

  #noneOpen(place: Place): void {
    if (this.#answer) throw new TranscriptError(place, 'the answer before this line has no exit status');
    if (this.#exchange?.answers.length === 0)
      throw new TranscriptError(this.#exchange.place, 'a command without an answer');
  }

  #conversation(place: Place): Draft {
    const last = this.conversations.at(-1);
    if (!last) throw new TranscriptError(place, 'no conversation has begun');
    return last;
  }
}

function parseMark(text: string, place: Place): Mark {
  const [name, ...where] = text.split(' ');
  const provenance = provenances.find((one) => one === name);
  if (!provenance || where.length === 0) throw new TranscriptError(place, `no such mark: ${text}`);
  return { provenance, where: where.join(' ') };
}

/** `8 9]`, `emulated: why]`, `netbsd 10]`: behind the bracket that opens it. */
function parseCondition(text: string, place: Place): Condition {
  const [, words = '', why = ''] = /^([^:\]]*)(?:: (.*))?\]$/.exec(text) ?? [];
  const list = words.split(' ').filter((word) => word !== '');
  const kernels = list.find((word) => word === 'emulated' || word === 'netbsd') ?? 'all';
  const releases = list.filter((word) => word !== kernels);
  const wrong = list.length === 0 || releases.some((word) => !/^\d+$/.test(word));
  if (wrong || (kernels === 'emulated') !== (why !== ''))
    throw new TranscriptError(place, `no such condition: [${text}`);
  return { kernels, releases: releases.length > 0 ? releases.map(Number) : null, why };
}

/** The conversations of one transcript. Throws TranscriptError, which tells file and line. */
export function parseTranscript(text: string, file: string): readonly Conversation[] {
  const parser = new Parser();
  const lines = text.split('\n');
  for (const [index, line] of lines.entries()) {
    const place = { file, line: index + 1 };
    if (line === '' || line.startsWith('#')) continue;
    if (line.startsWith('[')) parser.take('[', line.slice(1), place);
    else if (line.length > 1 && line[1] !== ' ') throw new TranscriptError(place, `no such line: ${line}`);
    else parser.take(line.charAt(0), line.slice(2), place);
  }
  parser.end({ file, line: lines.length });
  return parser.conversations;
}

/** Every conversation there is, by the files' names. */
export function readConversations(
  directory = join(process.cwd(), 'test', 'conversations', 'transcripts'),
): readonly Conversation[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.txt'))
    .sort()
    .flatMap((name) =>
      parseTranscript(
        readFileSync(join(directory, name), 'utf8'),
        join('test', 'conversations', 'transcripts', name),
      ),
    );
}
