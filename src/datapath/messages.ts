/** What the control side and the worker say to each other, over the worker's message port. */
import type { Pseudowire, Transmission } from './datapath';

/** Shared words that both sides see. */
export interface WorkerData {
  /** eventfd(2) that wakes the worker; owned by the control side. */
  readonly wake: number;
  /** One word: 1 if the worker is to end without further ado, because the process is ending. */
  readonly stop: SharedArrayBuffer;
  /** Counters of what belongs to no pseudowire. */
  readonly strays: SharedArrayBuffer;
  readonly transmission: Transmission;
}

/** `serial` returns in the answer. */
export type Request =
  | {
      readonly kind: 'set';
      readonly serial: number;
      readonly pseudowire: Pseudowire;
      readonly counters: SharedArrayBuffer;
    }
  | { readonly kind: 'remove'; readonly serial: number; readonly id: number }
  | { readonly kind: 'close'; readonly serial: number };

export interface Failure {
  readonly code: string;
  readonly message: string;
}

export type Report =
  | { readonly kind: 'done'; readonly serial: number; readonly failure: Failure | null }
  | { readonly kind: 'gone'; readonly id: number }
  | { readonly kind: 'warning'; readonly message: string; readonly id: number | null };

function hasKind(value: unknown, kinds: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  return typeof value.kind === 'string' && kinds.includes(value.kind);
}

export function isRequest(value: unknown): value is Request {
  return hasKind(value, ['set', 'remove', 'close']);
}

export function isReport(value: unknown): value is Report {
  return hasKind(value, ['done', 'gone', 'warning']);
}

export function isWorkerData(value: unknown): value is WorkerData {
  return (
    typeof value === 'object' &&
    value !== null &&
    'wake' in value &&
    'stop' in value &&
    'strays' in value &&
    'transmission' in value
  );
}
