/** Numbers about numbers; all are NaN for none. */

/** The value below which `fraction` of the values lie, by linear interpolation between the two nearest. */
export function quantile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const place = (sorted.length - 1) * fraction;
  const below = sorted[Math.floor(place)] ?? NaN;
  const above = sorted[Math.ceil(place)] ?? NaN;
  return below === above ? below : Math.min(above, below + (above - below) * (place - Math.floor(place)));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Distance of the highest from the lowest as a fraction of the median. */
export function spread(values: readonly number[]): number {
  if (values.length === 0) return NaN;
  return (Math.max(...values) - Math.min(...values)) / median(values);
}

/** One value for each round; null where a round has none. */
export type Rounds = readonly (number | null)[];

export const present = (rounds: Rounds): number[] => rounds.filter((value) => value !== null);

/**
 * The median of what `values` are as multiples of `base` in the same round, so that a machine that slows down from round to
 * round changes nothing; rounds that lack one of the two, or have 0 as the base, do not count.
 */
export function ratio(values: Rounds, base: Rounds): number {
  const ratios: number[] = [];
  values.forEach((value, round) => {
    const divisor = base[round] ?? 0;
    if (value !== null && divisor !== 0) ratios.push(value / divisor);
  });
  return median(ratios);
}
