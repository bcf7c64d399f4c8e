import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { connectPipe } from '../../src/ioctl/pipe';
import { describeByteStream } from './byte-stream-contract';

describeByteStream('connection by a pipe handle', (path) => {
  const connected = connectPipe(path);
  assert.ok(connected, 'this node gives no pipe handles');
  return connected;
});

describe('pipe handles', () => {
  const modulePath = JSON.stringify(require.resolve('../../src/ioctl/pipe'));
  /** Whether another node goes without, after `first` was run in it. */
  function without(
    first: string,
    options: readonly string[] = [],
    environment: NodeJS.ProcessEnv = {},
  ): boolean {
    const tell = `${first}; console.log(require(${modulePath}).connectPipe('/none') === null)`;
    const { stdout, stderr } = spawnSync(process.execPath, [...options, '-e', tell], {
      env: { ...process.env, ...environment },
      encoding: 'utf8',
    });
    assert.equal(stderr, '');
    return stdout === 'true\n';
  }

  it('are there as a rule', () => assert.equal(without(''), false));

  it('are not asked for where node would warn', () => {
    assert.ok(without('', ['--pending-deprecation']));
    assert.ok(without('', [], { NODE_PENDING_DEPRECATION: '1' }));
    assert.ok(without('', [], { NODE_OPTIONS: '--pending-deprecation' }));
  });

  it('are done without where node has none, gives none, or has others', () => {
    assert.ok(without('process.binding = undefined'));
    assert.ok(without("process.binding = () => { throw new Error('no') }"));
    assert.ok(without('process.binding = () => ({})'));
  });
});
