/** Whose a received message is: the checks of in_l2tp_input() in their order, each with its counter, whatever it came in. */
import { dropCounters, type Counters } from './counters';
import type { Session } from './session';
import type { SessionTable } from './session-table';
import type { UdpPort } from './udp-ports';
import { openFrame, refusals, sessionIdLength } from './wire';

/** Drop counters by the negated results of openFrame(). */
const refusalCounters: readonly number[] = [0, ...refusals.map((cause) => dropCounters[cause])];

export class Admission {
  readonly #view: DataView;
  readonly #sessions: SessionTable<Session>;
  readonly #strays: Counters;
  /** Offset of the frame of the message that was admitted last. */
  frame = 0;

  /** Messages lie in `view`; `strays` counts what belongs to no session. */
  constructor(view: DataView, sessions: SessionTable<Session>, strays: Counters) {
    this.#view = view;
    this.#sessions = sessions;
    this.#strays = strays;
  }

  /**
   * The session that takes the frame of a message, or null if it has been counted as dropped. The message is the bytes from
   * its session id, at `message`, to `end`; it came over IP of the family, or in UDP at `port`.
   */
  admit(message: number, end: number, family: number, port: UdpPort | null): Session | null {
    const afterId = message + sessionIdLength;
    if (afterId > end) {
      this.#strays.add(dropCounters['runt-packet'], 1);
      return null;
    }
    const session = this.#sessions.get(this.#view.getInt32(message));
    if (session === undefined) {
      this.#strays.add(dropCounters['unknown-session'], 1);
      return null;
    }
    if (session.family !== family) return refuse(session, dropCounters['no-tunnel']);
    if (session.port !== port) return refuse(session, dropCounters['wrong-encapsulation']);
    if (!session.receiving) return refuse(session, dropCounters['state-down']);
    const frame = openFrame(this.#view, afterId, end, session.cookie);
    if (frame < 0) return refuse(session, refusalCounters[-frame] ?? 0);
    this.frame = frame;
    return session;
  }
}

function refuse({ counters }: Session, counter: number): null {
  counters.add(counter, 1);
  return null;
}
