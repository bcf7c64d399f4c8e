/** Processes as the commands of a comparison. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawned } from './programs';

const script = (text: string, options: Partial<Parameters<typeof spawned>[2]> = {}) =>
  spawned('/bin/sh', ['-c', text, 'sh'], { user: null, ...options });

test('both streams, the status, words to the letter, no localised messages', async () => {
  const run = script('printf "%s|" "$@" "$LC_ALL" "$MORE"; echo oops >&2; exit 7', {
    environment: { MORE: 'x' },
  });
  assert.deepEqual(await run(['a b', '', '$c'], 'root'), {
    stdout: 'a b||$c|C|x|',
    stderr: 'oops\n',
    status: 7,
  });
});

test('a caller who is not root', async () => {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const run = script('id -u; id -g', { user: { uid, gid } });
  assert.equal((await run([], 'user')).stdout, `${uid}\n${gid}\n`);
  await assert.rejects(script('id -u')([], 'user'), /no other user to be/);
});

test('what gives no status is an error', async () => {
  await assert.rejects(script('kill -9 $$')([], 'root'), /ended by SIGKILL/);
  await assert.rejects(spawned('/nonexistent', [], { user: null })([], 'root'), /ENOENT/);
});
