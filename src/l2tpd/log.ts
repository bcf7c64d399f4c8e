/** The daemon's log: four levels, lines as `l2tpd[pid]: message`, to syslog(3), a file or standard error. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Log } from '../kernel/contract';
import { openlog, syslog } from './system-calls';

/** From the gravest on, with syslog(3)'s priorities. */
const priorities = { error: 3, warning: 4, info: 6, debug: 7 } as const;

export type Level = keyof typeof priorities;

export const levels: readonly Level[] = ['error', 'warning', 'info', 'debug'];

export interface Sink {
  write(level: Level, message: string): void;
  /** Opens the file anew, which may have been renamed meanwhile. */
  reopen(): void;
}

/** A log that passes on what is at least as grave as `level`. A message of several lines becomes several messages. */
export function makeLog(level: Level, sink: Sink): Log {
  const write = (of: Level) => (message: string) => {
    if (priorities[of] > priorities[level]) return;
    for (const line of message.split('\n')) sink.write(of, line);
  };
  return { error: write('error'), warning: write('warning'), info: write('info'), debug: write('debug') };
}

const LOG_PID = 0x01;
const LOG_NDELAY = 0x08;
const LOG_DAEMON = 3 << 3;
const ident = Buffer.from('l2tpd\0');

/** syslog(3), facility daemon. Lines are lost where no syslog runs. */
export function syslogSink(): Sink {
  openlog(ident, LOG_PID | LOG_NDELAY, LOG_DAEMON);
  return {
    write: (level, message) => syslog(LOG_DAEMON | priorities[level], '%s', 'str', message),
    reopen: () => undefined,
  };
}

/** Lines with the time in UTC and the level. */
const format = (level: Level, message: string) =>
  `${new Date().toISOString()} l2tpd[${process.pid}]: ${level}: ${message}\n`;

/** Appends to the file. Throws what opening it throws. */
export function fileSink(path: string): Sink {
  let file = openSync(path, 'a', 0o640);
  return {
    write: (level, message) => void writeSync(file, format(level, message)),
    reopen() {
      closeSync(file);
      file = openSync(path, 'a', 0o640);
    },
  };
}

export const standardErrorSink: Sink = {
  write: (level, message) => void process.stderr.write(format(level, message)),
  reopen: () => undefined,
};

/** `syslog`, `-` for standard error, else a file's path. */
export function openSink(where: string): Sink {
  if (where === 'syslog') return syslogSink();
  if (where === '-') return standardErrorSink;
  return fileSink(where);
}
