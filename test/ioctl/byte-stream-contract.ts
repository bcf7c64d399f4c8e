/** What every way of connecting to a Unix socket has to do. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ByteStream, Connected } from '../../src/ioctl/byte-stream';

/** More than a socket's buffer takes at once. */
const long = 'ä'.repeat(1 << 20);

export function describeByteStream(name: string, connect: (path: string) => Promise<Connected>): void {
  describe(name, () => {
    const directory = mkdtempSync(join(tmpdir(), 'byte-stream-'));
    const path = join(directory, 'socket');
    let listener: Server;
    before(async () => {
      listener = createServer({ allowHalfOpen: false }).listen(path);
      await once(listener, 'listening');
    });
    after(() => {
      listener.close();
      rmSync(directory, { recursive: true });
    });

    async function pair(): Promise<{ stream: ByteStream; peer: Socket }> {
      const accepted = new Promise<Socket>((resolve) => listener.once('connection', resolve));
      const connected = await connect(path);
      assert.equal(connected.kind, 'connected');
      return { stream: connected.stream, peer: await accepted };
    }

    it('carries bytes both ways', async () => {
      const { stream, peer } = await pair();
      const chunks: Buffer[] = [];
      const closed = new Promise<void>((resolve) => {
        stream.open({ data: (chunk) => chunks.push(chunk), closed: resolve });
      });
      stream.write('first ', () => assert.fail());
      stream.write(long, () => assert.fail());
      let heard = '';
      peer.setEncoding('utf8');
      for await (const text of peer) {
        heard += String(text);
        if (heard.length === 'first '.length + long.length) peer.end(long);
      }
      await closed;
      assert.equal(heard, `first ${long}`);
      assert.equal(Buffer.concat(chunks).toString(), long);
      assert.equal(stream.writable, false);
    });

    it('closes once, when asked to', async () => {
      const { stream, peer } = await pair();
      const ended = once(peer.resume(), 'close');
      let closes = 0;
      await new Promise<void>((resolve) => {
        stream.open({
          data: () => assert.fail(),
          closed: () => {
            closes += 1;
            resolve();
          },
        });
        stream.destroy();
        assert.equal(stream.writable, false);
        stream.destroy();
      });
      await ended;
      assert.equal(closes, 1);
    });

    it('tells a write that the peer did not take', async () => {
      const { stream, peer } = await pair();
      const gone = once(peer, 'close');
      peer.destroy();
      await gone;
      const closed = new Promise<void>((resolve) =>
        stream.open({ data: () => assert.fail(), closed: resolve }),
      );
      await new Promise<void>((resolve) => stream.write('anyone?', resolve));
      await closed;
      assert.equal(stream.writable, false);
    });

    it('says why it cannot connect', async () => {
      const file = join(directory, 'file');
      writeFileSync(file, '');
      assert.deepEqual(await connect(join(directory, 'absent')), { kind: 'failed', code: 'ENOENT' });
      assert.deepEqual(await connect(file), { kind: 'failed', code: 'ECONNREFUSED' });
      assert.deepEqual(await connect(join(file, 'below')), { kind: 'failed', code: 'ENOTDIR' });
    });
  });
}
