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

/** A string's bytes, for which get_string has room for 128. */
export const string: Operand<Buffer> = (word) => {
  const bytes = Buffer.from(word);
  if (bytes.length > longestString) throw new UsageError('strings too long');
  return bytes;
};

/** The same, or behind `0x` two hexadecimal digits for each byte. */
export const stringOrHex: Operand<Buffer> = (word, parsing) => {
  if (!/^0x/i.test(word)) return string(word, parsing);
  const digits = word.slice(2);
  // as many pairs as there are, or as there is room for, are looked at before what comes behind them
  const pairs = /^(?:[0-9a-f]{2})*/i.exec(digits)?.[0] ?? '';
  if (pairs.length / 2 > longestString) throw new UsageError('hexadecimal digits too long');
  if (pairs.length < digits.length) throw new UsageError('bad hexadecimal digits');
  return Buffer.from(pairs, 'hex');
};
