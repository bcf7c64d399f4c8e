/** The highest rate at which a path loses next to nothing, found by offering rates. */

/** The part of the offered packets that may be lost. */
export const tolerableLoss = 0.001;

/** A loss up to this may have been a hiccup of the machine: the rate gets a second chance. */
const doubtfulLoss = 0.05;

/** Offers packets at a rate and resolves to the part that was lost. */
export type Trial = (rate: number) => Promise<number>;

async function passes(trial: Trial, rate: number): Promise<boolean> {
  const loss = await trial(rate);
  if (loss < tolerableLoss) return true;
  return loss < doubtfulLoss && (await trial(rate)) < tolerableLoss;
}

/** Bisects between 0 and `highest` in `steps` steps; the highest rate that passed, or 0. */
export async function losslessRate(trial: Trial, highest: number, steps: number): Promise<number> {
  let low = 0;
  let high = highest;
  for (let step = 0; step < steps; step += 1) {
    const rate = (low + high) / 2;
    if (await passes(trial, rate)) low = rate;
    else high = rate;
  }
  return low;
}
