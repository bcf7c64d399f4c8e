/** What l2tpd does for each way of being called. */
import { resolve } from 'node:path';
import { strerror } from '../../native-structs';
import { daemons, startDaemon } from '../ioctl/daemon';
import { DaemonError } from '../ioctl/daemon-error';
import { EmulatedKernelClient } from '../ioctl/emulated';
import type { Log } from '../kernel/contract';
import { runDaemon } from './daemon';
import { closeInherited } from './detach';
import { makeLog, openSink } from './log';
import type { OpenMachine } from './machine';
import { notifyReady } from './notify';
import { serveOnce } from './once';
import { type Options, parseOptions } from './options';
import { describe } from './status';

/** Runs the command; resolves to the exit status. */
export async function main(argv: readonly string[], openMachine: OpenMachine): Promise<number> {
  try {
    return await run(parseOptions(argv), openMachine);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof DaemonError ? message : `l2tpd: ${message}`}\n`);
    return 1;
  }
}

function run(options: Options, openMachine: OpenMachine): Promise<number> {
  switch (options.mode) {
    case 'background':
      return background(options);
    case 'foreground':
      return foreground(options, openMachine);
    case 'once':
      return serveOnce(logOf(options).log, openMachine);
    case 'status':
      return status();
    case 'stop':
      return stop();
    case 'boot':
      return applyFiles(options, new AbortController().signal);
  }
}

function logOf({ level, log }: Options) {
  const sink = openSink(log === 'syslog' || log === '-' ? log : resolve(log));
  return { sink, log: makeLog(level, sink) };
}

async function background({ level, log, udpPorts, transmission }: Options): Promise<number> {
  const choices = [
    ...(udpPorts ? ['--udp-ports'] : []),
    ...(transmission === undefined ? [] : ['--transmit', transmission]),
  ];
  await startDaemon(['--log-level', level, '--log', log, ...choices]);
  return 0;
}

async function foreground(options: Options, openMachine: OpenMachine): Promise<number> {
  if (options.readyFd !== undefined) closeInherited(options.readyFd);
  const { log, sink } = logOf(options);
  process.on('SIGHUP', () => sink.reopen());
  const { readyFd, onDemand, udpPorts, transmission } = options;
  const begin = options.boot === undefined ? undefined : (signal: AbortSignal) => applyFiles(options, signal);
  const ready = () => {
    if (readyFd === undefined) tellManager(log);
  };
  return runDaemon({ log, openMachine, readyFd, onDemand, udpPorts, transmission, begin, ready });
}

function tellManager(log: Log): void {
  try {
    notifyReady();
  } catch (error) {
    log.warning(`service manager not told: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A daemon that its commands start does as this one is told to. */
async function applyFiles(
  { boot: directory = '/etc', level, log, udpPorts, transmission }: Options,
  signal: AbortSignal,
): Promise<number> {
  const { boot } = await import('./boot/boot.js');
  return boot({
    directory,
    environment: {
      ...process.env,
      L2TPD_LOG_LEVEL: level,
      L2TPD_LOG: log === '-' ? 'syslog' : log,
      L2TPD_UDP_PORTS: udpPorts ? '1' : '0',
      L2TPD_TRANSMIT: transmission,
    },
    report: (line) => void process.stderr.write(`${line}\n`),
    signal,
  });
}

async function status(): Promise<number> {
  const link = await daemons.connect();
  if (!link) return notRunning();
  await link.connection.greeted;
  const { pid, choices } = link.connection;
  await link.close();
  const kernel = new EmulatedKernelClient({ daemons, privileged: false });
  const lines = await describe(kernel);
  await kernel.close();
  const said = [
    `process ${pid ?? 0}`,
    ...(choices.udpPorts ? ['ports mean UDP'] : []),
    ...(choices.packetSockets ? ['packets leave by packet sockets'] : []),
  ];
  process.stdout.write([`l2tpd: ${said.join(', ')}`, ...lines, ''].join('\n'));
  return 0;
}

async function stop(): Promise<number> {
  const link = await daemons.connect();
  if (!link) return notRunning();
  const outcome = await link.connection.exchange({ kind: 'stop' });
  const { answer } = outcome.kind === 'answer' ? outcome : { answer: undefined };
  if (answer?.kind === 'stop' && answer.errno !== 0) {
    await link.close();
    throw new DaemonError('connect', strerror(answer.errno));
  }
  // It closes the connection by ending.
  await link.connection.closed;
  return 0;
}

function notRunning(): number {
  process.stderr.write('l2tpd: not running in this network namespace\n');
  return 1;
}
