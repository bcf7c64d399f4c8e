/** The highest rate at which a path loses next to nothing, found by offering rates. */

/** The part of the offered packets that may be lost. */
export const tolerableLoss = 0.001;

/** A loss up to this may have been a hiccup of the machine: the rate gets a second chance. */
const doubtfulLoss = 0.05;

/** The part of the offered packets that must have arrived when the last one has been sent: queues are no speed. */
const punctual = 0.95;

export interface Offer {
  /** Packets a second that were to be sent. */
  readonly offered: number;
  /** Of those that were sent, the part that never came. */
  readonly loss: number;
  /** Packets a second that came while packets were sent. */
  readonly inTime: number;
}

/** Offers packets at a rate. */
export type Trial = (rate: number) => Promise<Offer>;

const sustained = ({ offered, loss, inTime }: Offer): boolean =>
  loss < tolerableLoss && inTime >= punctual * offered;

async function passes(trial: Trial, rate: number): Promise<boolean> {
  const offer = await trial(rate);
  return sustained(offer) || (offer.loss < doubtfulLoss && sustained(await trial(rate)));
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
