/** The peer behind a NAT: messages go where its last good one came from. */
import type { Arena } from './memory';
import type { Envelope } from './send-vector';
import type { Session } from './session';

/** Takes the socket address at offset `name` of `arena`, whence a message of the session came, for its envelope. */
export function learnPeer(session: Session, envelope: Envelope, arena: Arena, name: number): void {
  let changed = session.envelope === null;
  for (let at = 0; at < envelope.nameLength; at += 4) {
    const word = arena.word(name + at);
    if (envelope.arena.word(envelope.name + at) === word) continue;
    envelope.arena.setWord(envelope.name + at, word);
    changed = true;
  }
  if (changed) session.envelope = envelope;
}

/** Hands what `old` has learnt on to its successor, if that expects the same peer. */
export function keepPeer(old: Session, next: Session): void {
  const { envelope } = old;
  if (envelope === null || envelope !== old.learning || next.learning === null) return;
  const samePeer = old.port === next.port && old.localSession === next.localSession && sameRemote(old, next);
  if (samePeer) learnPeer(next, next.learning, envelope.arena, envelope.name);
}

function sameRemote({ tunnel: one }: Session, { tunnel: other }: Session): boolean {
  return one !== null && other !== null && Buffer.compare(one.remote, other.remote) === 0;
}
