/** The counters of an interface, as -v and -z print them. */
import type { structs } from '../../native-structs';

type IfData = ReturnType<ReturnType<typeof structs<'if_data'>>['at']>;

const count = (number: bigint, unit: string): string => `${number} ${unit}${number === 1n ? '' : 's'}`;

/**
 * humanize_number(3) into four characters with HN_AUTOSCALE, HN_NOSPACE, HN_DECIMAL: 999, 1.0K, 12K, 999M. Divides
 * hundredths, so that one decimal can be rounded.
 */
export function humanize(number: bigint): string {
  let hundredths = number * 100n;
  let scale = 0;
  while (hundredths >= 99950n && scale < 6) {
    hundredths /= 1024n;
    scale += 1;
  }
  const unit = ['', 'K', 'M', 'G', 'T', 'P', 'E'][scale] ?? '';
  if (scale > 0 && hundredths < 995n) {
    const tenths = (hundredths + 5n) / 10n;
    return `${tenths / 10n}.${tenths % 10n}${unit}`;
  }
  return `${(hundredths + 50n) / 100n}${unit}`;
}

function bytes(number: bigint, humanized: boolean): string {
  if (!humanized) return count(number, 'byte');
  const text = humanize(number);
  return `${text} byte${parseFloat(text) === 1 ? '' : 's'}`;
}

const ifAny = (number: bigint, unit: string): string[] => (number === 0n ? [] : [count(number, unit)]);

/** Lines without their TAB. */
export function statisticsLines(data: IfData, humanized: boolean): readonly string[] {
  const input = [
    count(data.ifi_ipackets, 'packet'),
    bytes(data.ifi_ibytes, humanized),
    ...ifAny(data.ifi_imcasts, 'multicast'),
    ...ifAny(data.ifi_ierrors, 'error'),
    ...ifAny(data.ifi_iqdrops, 'queue drop'),
    ...(data.ifi_noproto === 0n ? [] : [`${data.ifi_noproto} unknown protocol`]),
  ];
  const output = [
    count(data.ifi_opackets, 'packet'),
    bytes(data.ifi_obytes, humanized),
    ...ifAny(data.ifi_omcasts, 'multicast'),
    ...ifAny(data.ifi_oerrors, 'error'),
    ...ifAny(data.ifi_collisions, 'collision'),
  ];
  return [`input: ${input.join(', ')}`, `output: ${output.join(', ')}`];
}
