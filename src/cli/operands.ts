/** The kinds of operands that several verbs have. */
import { inetFamily } from './address-family';
import { parseAddress, type AddressLookup } from './address-operand';
import { UsageError } from './errors';
import { parseInteger } from './number';
import { sendIfreq } from './request';
import { refusedWith } from './errors';
import type { Session } from './command';
import type { InetAddress } from './socket-address';
import type { Operand } from './verb';

const int64Max = 2n ** 63n - 1n;
const int64Min = -(2n ** 63n);

/** A decimal number in the range, which may not exceed what strtoimax(3) can return. */
export const integer =
  (minimum = int64Min, maximum = int64Max, base: 0 | 10 = 10): Operand<bigint> =>
  (word) => {
    const value = parseInteger(word, base);
    return value !== null && value >= minimum && value <= maximum ? value : null;
  };

/** What an `int` keeps of a number. */
export const toInt = (value: bigint): number => Number(BigInt.asIntN(32, value));

/** Resolver and interface indexes for address words. */
export function addressLookup(session: Session): AddressLookup {
  return {
    resolveHost: (host, family) => session.resolveHost(host, family),
    async interfaceIndex(name) {
      try {
        const { ifr_ifru } = await sendIfreq(await session.kernel(), 'SIOCGIFINDEX', name);
        return ifr_ifru.ifru_value;
      } catch (error) {
        if (refusedWith(error, 'ENXIO')) return 0;
        throw error;
      }
    },
  };
}

/** `host[,port]` of the line's family. */
export const address: Operand<InetAddress> = (word, { session, line }) => {
  const family = line.family && inetFamily(line.family);
  if (line.family && !family) return null;
  return parseAddress(word, family, addressLookup(session));
};

const longestString = 128;

/** A string's bytes, of which getargstr keeps 128. */
export const string: Operand<Buffer> = (word) => {
  const bytes = Buffer.from(word);
  if (bytes.length > longestString) throw new UsageError('strings too long');
  return bytes;
};
