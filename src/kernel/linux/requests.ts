/** Requests to rtnetlink and their answers, one after the other: change, ask for one, dump all. */
import { HostError } from './errors';
import { decodeMessages, encodeMessage, failureOf, type Message } from '../../linux/netlink/messages';
import { NetlinkSocket } from './netlink-socket';
import {
  NLM_F_ACK,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
} from '../../linux/uapi';

/** The kernel answers within the sender's own system call; this is for when it does not at all. */
const timeoutMilliseconds = 10_000;

/** How often a dump is begun anew when something changed meanwhile. */
const dumpAttempts = 32;

export class Requests {
  readonly #socket = new NetlinkSocket();
  #sequence = 0;

  /** `operation` is for the log when Linux refuses. Throws HostError. */
  change(operation: string, type: number, flags: number, payload: Uint8Array): void {
    this.#exchange(operation, type, flags | NLM_F_ACK, payload);
  }

  /** The answer's payload. Throws HostError, such as ENODEV. */
  ask(operation: string, type: number, payload: Uint8Array): Uint8Array {
    const [answer] = this.#exchange(operation, type, NLM_F_ACK, payload);
    if (!answer) throw new HostError('EIO', `${operation}: no answer`);
    return answer.payload;
  }

  /** The payloads of a consistent dump. Throws HostError; EBUSY if there is none because all keeps changing. */
  dump(operation: string, type: number, payload: Uint8Array): readonly Uint8Array[] {
    for (let attempt = 0; attempt < dumpAttempts; attempt += 1) {
      const answers = this.#exchange(operation, type, NLM_F_DUMP, payload);
      if (!answers.some(({ flags }) => flags & NLM_F_DUMP_INTR)) return answers.map((one) => one.payload);
    }
    throw new HostError('EBUSY', `${operation}: interrupted ${dumpAttempts} times`);
  }

  close(): void {
    this.#socket.close();
  }

  #exchange(operation: string, type: number, flags: number, payload: Uint8Array): readonly Message[] {
    this.#sequence = (this.#sequence + 1) >>> 0;
    const sequence = this.#sequence;
    this.#socket.send(encodeMessage({ type, flags: flags | NLM_F_REQUEST, sequence, payload }));
    const answers: Message[] = [];
    for (;;) {
      const datagram = this.#socket.receive(timeoutMilliseconds);
      if (!datagram) throw new HostError('ETIMEDOUT', `${operation}: no answer`);
      for (const message of decodeMessages(Uint8Array.from(datagram))) {
        // an answer to a request that timed out
        if (message.sequence !== sequence) continue;
        if (message.type === NLMSG_ERROR || message.type === NLMSG_DONE) {
          const failure = failureOf(message);
          if (failure) throw new HostError(failure.code, reasonOf(operation, failure));
          // NLMSG_DONE may be the one that carries NLM_F_DUMP_INTR
          return message.flags & NLM_F_DUMP_INTR ? [...answers, message] : answers;
        }
        answers.push(message);
      }
    }
  }
}

function reasonOf(operation: string, { code, words }: { code: string; words: string }): string {
  return `${operation}: ${code}${words ? ` (${words})` : ''}`;
}
