/** Words that only an IPv6 address has: its flags, its lifetimes, and the interface identifier of its link. */
import { IN6_IFF_ANYCAST, IN6_IFF_DEPRECATED } from '../../../native-structs';
import { integer } from '../operands';
import { modifier, type Verb, type VerbFamily } from '../verb';

/** Of several such words the last one counts. */
const flagVerb = (word: string, set: number, clear: number): Verb =>
  modifier([word], [], ({ inet6 }) => {
    Object.assign(inet6, { set, clear });
    return true;
  });

export const inet6: VerbFamily = {
  verbs: [
    flagVerb('anycast', IN6_IFF_ANYCAST, 0),
    flagVerb('-anycast', 0, IN6_IFF_ANYCAST),
    flagVerb('deprecated', IN6_IFF_DEPRECATED, 0),
    flagVerb('-deprecated', 0, IN6_IFF_DEPRECATED),
    modifier(['pltime'], [integer(undefined, undefined, 0)], (line, seconds) => {
      line.inet6.preferredLifetime = seconds;
      return true;
    }),
    modifier(['vltime'], [integer(undefined, undefined, 0)], (line, seconds) => {
      line.inet6.validLifetime = seconds;
      return true;
    }),
    modifier(['eui64'], [], (line) => (line.inet6.eui64 = true)),
  ],
  usage: ['[ anycast | -anycast ] [ deprecated | -deprecated ]', '[ pltime n ] [ vltime n ] [ eui64 ]'],
};
