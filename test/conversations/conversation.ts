/** A conversation with ifconfig or brconfig, as the files in transcripts/ tell it; README.md here has their format. */

/** How an answer is known: seen on a real kernel, said in the sources, or marked [D] or [U] in the facts. */
export type Provenance = 'observed' | 'stated' | 'D' | 'U';

export interface Mark {
  readonly provenance: Provenance;
  /** Part of the observation or section of the facts. */
  readonly where: string;
}

/** What one exchange has to print and return, where `condition` holds. */
export interface Answer {
  readonly condition: Condition;
  readonly mark: Mark;
  /** Lines without their newline; may hold {number}, {usage} and {any}. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  readonly status: number;
  /** What is asked of an amd64 kernel, as a dry run prints it; null if the bytes do not matter. */
  readonly ioctls: readonly string[] | null;
}

/** Kernels for which an answer holds. */
export interface Condition {
  readonly kernels: 'all' | 'emulated' | 'netbsd';
  /** Major releases of NetBSD; null is any. */
  readonly releases: readonly number[] | null;
  /** Why the emulated kernel answers otherwise; empty if it does not. */
  readonly why: string;
}

export interface Place {
  readonly file: string;
  readonly line: number;
}

export type Caller = 'root' | 'user';

export interface Exchange {
  readonly kind: 'exchange';
  readonly place: Place;
  /** As it is written. */
  readonly command: string;
  readonly program: 'ifconfig' | 'brconfig';
  /** Its arguments; may hold placeholders for interfaces. */
  readonly words: readonly string[];
  readonly caller: Caller;
  readonly answers: readonly Answer[];
}

/** Something that happens to the machine between two exchanges; only the emulated kernel's machine can be told to. */
export interface Direction {
  readonly kind: 'direction';
  readonly place: Place;
  readonly words: readonly string[];
}

export interface Conversation {
  readonly title: string;
  readonly place: Place;
  /** Placeholders of the Ethernet interfaces that the machine has to have, without their braces. */
  readonly interfaces: readonly string[];
  /** Addresses by host name. */
  readonly hosts: ReadonlyMap<string, readonly string[]>;
  /** Why it is for the emulated kernel alone; null if it is not. */
  readonly onlyEmulated: string | null;
  readonly steps: readonly (Exchange | Direction)[];
}

/** A kernel that answers are chosen for. */
export type KernelKind =
  { readonly kind: 'emulated' } | { readonly kind: 'netbsd'; readonly release: number };

/** The release that the emulated kernel presents. */
export const emulatedRelease = 10;

/** The answer that `kernel` has to give: its own if there is one, else the first that holds; null if there is none. */
export function answerFor({ answers }: Exchange, kernel: KernelKind): Answer | null {
  const release = kernel.kind === 'netbsd' ? kernel.release : emulatedRelease;
  const holding = answers.filter(
    ({ condition: { kernels, releases } }) =>
      (kernels === 'all' || kernels === kernel.kind) && (releases?.includes(release) ?? true),
  );
  return holding.find(({ condition }) => condition.kernels === kernel.kind) ?? holding[0] ?? null;
}

export const placeText = ({ file, line }: Place): string => `${file}:${line}`;
export const markText = ({ provenance, where }: Mark): string =>
  provenance === 'D' || provenance === 'U' ? `[${provenance}] ${where}` : `${provenance} ${where}`;
