import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { runJob, type Job } from '../../../src/l2tpd/boot/shell';

/** Runs the script and gives what it said with how it ended. */
async function outcome(script: string, text = '', more: Partial<Job> = {}) {
  const said: string[] = [];
  const result = await runJob({
    script,
    interface: 'l2tp0',
    text,
    environment: { PATH: process.env.PATH },
    said: (line, index) => {
      assert.equal(index, said.length);
      said.push(line);
    },
    signal: new AbortController().signal,
    ...more,
  });
  return { ...result, said };
}

describe('a line of an interface file, run by sh', () => {
  it('knows the interface and its own text, which are not in the environment', async () => {
    assert.deepEqual(
      await outcome('printf "%s\\n" "$int:$line:$#" >&2; env | grep -E "^(int|line)=" >&2; :', ' a $x\\n'),
      {
        failure: undefined,
        silent: false,
        said: ['l2tp0: a $x\\n:0'],
      },
    );
  });

  it('gets any byte, and any length', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), async (bytes) => {
        const text = Buffer.from(bytes.filter((byte) => byte !== 0 && byte !== 10)).toString('latin1');
        const { said } = await outcome(`printf %s "$line" | od -An -v -tx1 | tr -d ' \\n' >&2`, text);
        assert.equal(said.join(''), Buffer.from(text, 'latin1').toString('hex'));
      }),
      { numRuns: 25 },
    );
    const long = 'x'.repeat(300_000);
    assert.deepEqual((await outcome('echo ${#line} >&2', long)).said, ['300000']);
    // It is not read here.
    assert.equal((await outcome('exit 0', long)).failure, undefined);
  });

  it('fails with a status or a signal', async () => {
    assert.deepEqual(await outcome('exit 3'), { failure: 'exit status 3', silent: true, said: [] });
    assert.deepEqual(await outcome('kill -9 $$'), { failure: 'SIGKILL', silent: true, said: [] });
    assert.deepEqual(await outcome('echo no >&2; false'), {
      failure: 'exit status 1',
      silent: false,
      said: ['no'],
    });
  });

  it('is heard line by line, to the end', async () => {
    assert.deepEqual((await outcome('printf "a\\n\\nb" >&2')).said, ['a', '', 'b']);
    const many = await outcome('i=0; while [ $i -lt 3000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1');
    assert.equal(many.said.length, 3000);
    assert.equal(many.said.at(-1), 'line 2999');
  });

  it('has nothing to read', async () => {
    assert.deepEqual((await outcome('cat >&2; read -r x <&3 || echo closed >&2')).said.at(-1), 'closed');
  });

  it('is not waited for in the background', async () => {
    const { failure, said } = await outcome('echo before >&2; sleep 1000 & echo $! >&2');
    assert.deepEqual([failure, said[0]], [undefined, 'before']);
    process.kill(Number(said[1]));
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const started = outcome('echo begun >&2; exec sleep 1000', '', {
      signal: controller.signal,
      said: () => controller.abort(),
    });
    assert.equal((await started).failure, 'SIGTERM');
  });

  it('says so if it cannot be run', async () => {
    const { failure } = await outcome(':', '', { environment: { X: 'x'.repeat(3_000_000) } });
    assert.match(failure ?? '', /E2BIG/);
  });
});
