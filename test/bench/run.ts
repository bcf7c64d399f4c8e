/** From options to results. */
import { cpus, release } from 'node:os';
import { accessSync, constants } from 'node:fs';
import { contestants } from './contestants/index';
import { extras } from './extras/index';
import { measurements } from './measurements/index';
import type { Pace } from './measurement';
import { NoiseMeter } from './noise';
import type { Options } from './options';
import { cannotCompilePrograms, compilePrograms } from './programs';
import { Progress } from './progress';
import { makeResults, Recorder, type ContestantEntry, type Results } from './results';
import { runSuite, stepsOf, type Plan } from './suite';
import { missingTool } from '../system/lab';

const thorough: Pace = {
  tcpSeconds: 2,
  floodMilliseconds: 1000,
  trialMilliseconds: 300,
  trialSteps: 7,
  pings: 2000,
  idleMilliseconds: 2000,
};

const quick: Pace = {
  tcpSeconds: 1,
  floodMilliseconds: 400,
  trialMilliseconds: 150,
  trialSteps: 5,
  pings: 1000,
  idleMilliseconds: 500,
};

export const names = {
  contestants: contestants.map(({ name }) => name),
  measurements: [...measurements, ...extras].map(({ name }) => name),
};

/** Why nothing can be measured here, or false. */
export function cannotMeasure(): string | false {
  const tool = missingTool('iperf3', 'ping');
  return tool ? `needs ${tool}: apt-get install iperf3 iputils-ping` : cannotCompilePrograms();
}

/** In a private machine, /run goes with it, even if nothing is cleaned up. */
function directoryForPrograms(): string | undefined {
  try {
    accessSync('/run', constants.W_OK);
    return '/run';
  } catch {
    return undefined;
  }
}

const wanted = <T extends { readonly name: string }>(
  all: readonly T[],
  chosen: readonly string[],
): readonly T[] => (chosen.length === 0 ? all : all.filter(({ name }) => chosen.includes(name)));

/** Measures; rejects with the signal's reason if that aborts. */
export async function measure(options: Options, signal: AbortSignal): Promise<Results> {
  const entries = wanted(contestants, options.only).map((contestant) => {
    const { name, label, reference } = contestant;
    const reason = contestant.unavailable();
    return { name, label, reference, ...(reason !== false && { unavailable: reason }) };
  });
  const can = entries.filter(({ unavailable }) => unavailable === undefined).map(({ name }) => name);
  const withOurs = options.only.length === 0 || can.includes('ours');
  const plan: Plan = {
    rounds: options.rounds,
    outerMtu: options.outerMtu,
    pace: options.quick ? quick : thorough,
    contestants: contestants.filter(({ name }) => can.includes(name)),
    measurements: wanted(measurements, options.measure),
    extras: withOurs ? wanted(extras, options.measure) : [],
  };
  const recorder = new Recorder(plan.rounds);
  const noise = new NoiseMeter();
  const programs = compilePrograms(directoryForPrograms());
  try {
    const progress = new Progress(stepsOf(plan));
    await runSuite(plan, { programs, recorder, progress, noise, signal });
  } finally {
    programs.remove();
  }
  return gather(options, plan, entries, recorder, noise);
}

function gather(
  { rounds, quick: isQuick, outerMtu }: Options,
  plan: Plan,
  entries: readonly ContestantEntry[],
  { samples, failures }: Recorder,
  noise: NoiseMeter,
): Results {
  const processors = cpus();
  return makeResults({
    date: new Date().toISOString(),
    machine: {
      processor: processors[0]?.model.trim() ?? 'unknown',
      processors: processors.length,
      kernel: release(),
      node: process.version,
    },
    settings: { rounds, quick: isQuick, outerMtu },
    noise: noise.get(),
    contestants: entries,
    figures: [...plan.measurements, ...plan.extras].flatMap(({ figures }) => figures),
    samples,
    failures,
  });
}
