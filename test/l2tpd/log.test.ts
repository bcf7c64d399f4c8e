import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileSink, levels, makeLog, type Level } from '../../src/l2tpd/log';
import { cannotMakeNamespaces, missingTool, must } from '../system/lab';

describe('makeLog', () => {
  it('passes on what is at least as grave as its level, line by line', () => {
    for (const level of levels) {
      const passed: Level[] = [];
      const log = makeLog(level, { write: (of) => passed.push(of), reopen: () => undefined });
      for (const of of levels) log[of]('text');
      assert.deepEqual(passed, levels.slice(0, levels.indexOf(level) + 1));
    }
    const lines: string[] = [];
    makeLog('info', { write: (_, line) => lines.push(line), reopen: () => undefined }).info('a\nb');
    assert.deepEqual(lines, ['a', 'b']);
  });
});

describe('fileSink', () => {
  it('appends, and takes a new file when told to', () => {
    const directory = mkdtempSync(join(tmpdir(), 'l2tpd-'));
    const path = join(directory, 'log');
    try {
      fileSink(path).write('info', 'first');
      const sink = fileSink(path);
      sink.write('error', 'second');
      renameSync(path, `${path}.0`);
      sink.write('info', 'third');
      sink.reopen();
      sink.write('warning', 'fourth');
      const line = (rest: string) => `\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z l2tpd\\[${process.pid}\\]: ${rest}\n`;
      const old = ['info: first', 'error: second', 'info: third'].map(line).join('');
      assert.match(readFileSync(`${path}.0`, 'utf8'), new RegExp(`^${old}$`));
      assert.match(readFileSync(path, 'utf8'), new RegExp(`^${line('warning: fourth')}$`));
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('syslogSink', () => {
  const tool = missingTool('unshare', 'mount');
  const skip = tool ? `needs ${tool}` : cannotMakeNamespaces();
  it('writes to /dev/log as syslog(3) does, facility daemon', { skip }, () => {
    const script = 'mount -t tmpfs none /dev && exec "$0" "$1"';
    const program = [process.execPath, join(__dirname, 'syslog-end.js')];
    const lines = must(['unshare', '-m', 'sh', '-c', script, ...program])
      .split('\n')
      .slice(0, -1);
    const datagram = (priority: number, text: string) =>
      new RegExp(`^<${priority}>\\w{3} [ \\d]\\d [\\d:]{8} l2tpd\\[\\d+\\]: ${text}$`);
    assert.equal(lines.length, 3, lines.join('\n'));
    assert.match(lines[0] ?? '', datagram(28, 'l2tp0: duplicate session id 7 of l2tp1, 100%s'));
    assert.match(lines[1] ?? '', datagram(27, 'one'));
    assert.match(lines[2] ?? '', datagram(27, 'two'));
  });
});
