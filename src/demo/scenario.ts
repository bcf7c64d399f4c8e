/** What the demonstration does, in order. Everything happens inside a private machine. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { captureReady } from './capture';
import { decode, type Layer } from './decode';
import { block, script } from './man-page';
import { environment, hostAddress, Network } from './network';
import { packageRoot } from '../package-root';
import { drawMoment, type Traffic } from './picture';
import { firstMissing } from './requirements';
import type { Screen } from './screen';

/** Something that this machine lacks; the message is one line. */
export class MissingError extends Error {
  override readonly name = 'MissingError';
  readonly code = 'MISSING';
}

const routers = ['A', 'B'] as const;
type Router = (typeof routers)[number];

/** Pings, and the seconds between two of them. */
const pings = { count: 10, interval: 0.25 } as const;
/** Milliseconds between two looks at the counters. */
const refreshInterval = 200;

const page = 'l2tp.4';

/** How the demonstration runs itself again to capture packets; src/bin/demo.ts answers to it. */
export const captureOption = '--capture';

/** Rejects with MissingError, with CommandError if a step fails, and with the signal's reason if it is aborted. */
export async function runScenario(screen: Screen, signal: AbortSignal): Promise<void> {
  const missing = firstMissing(environment(''));
  if (missing !== undefined) throw new MissingError(missing);

  const picture = block(page, 'picture').lines;
  const network = new Network(signal, dropInDirectory());
  try {
    introduce(screen, picture);
    await network.make();
    for (const router of routers) await configure(screen, network, router);
    const packet = await pingThrough(screen, network, picture);
    for (const router of routers) await showStatus(screen, network, router);
    explain(screen, packet);
    await putAway(screen, network);
  } finally {
    screen.restore();
    await network.end();
  }
}

/** The directory with the commands `ifconfig` and `brconfig`, as the command itself tells it. */
function dropInDirectory(): string {
  const command = join(packageRoot(), 'dist', 'bin', 'ifconfig-l2tp.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, '--drop-in'], {
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new MissingError(`${command} does not run (npm run build?): ${stderr.split('\n')[0]}`);
  return stdout.trim();
}

/** Length in bytes of the cookie that A sends, as its script says. */
function cookieLength(): number {
  const [, length] =
    /^ifconfig \S+ cookie \d+ \d+ (\d+) \d+$/m.exec(script(block(page, 'example', 'cookie A'))) ?? [];
  return Number(length ?? 0);
}

function introduce(screen: Screen, picture: readonly string[]): void {
  screen.heading('l2tp(4): two hosts, two routers, one Ethernet');
  for (const line of picture) screen.line(screen.paint('cyan', line));
  screen.line();
  screen.line(`X is ${hostAddress.X}, Y is ${hostAddress.Y}: one subnet, and only IP between A and B.`);
  screen.line("The manual page's scripts are run by sh, to the letter, with PATH led by the");
  screen.line('directory that "ifconfig-l2tp --drop-in" prints:');
  screen.line();
  screen.line(screen.paint('dim', `  ${dropInDirectory()}`));
}

/** Runs the manual page's script on a router; sh itself says each command, as it runs it. */
async function configure(screen: Screen, network: Network, router: Router): Promise<void> {
  screen.heading(`Router ${router}`);
  const file = `/run/router-${router.toLowerCase()}.sh`;
  writeFileSync(file, script(block(page, 'example', `cookie ${router}`)));
  await network.run(router, ['sh', '-ex', file], (line) => {
    const command = /^\++ (.*)$/.exec(line)?.[1];
    screen.line(command === undefined ? `  ${line}` : `  ${screen.paint('green', `${router}#`)} ${command}`);
  });
}

/** X pings Y while the picture shows the routers' counters; resolves to the first echo request as A sent it. */
async function pingThrough(screen: Screen, network: Network, picture: readonly string[]): Promise<Buffer> {
  screen.heading(`X pings Y: ping -c ${pings.count} ${hostAddress.Y}`);
  const packet = await startCapture(network);

  let ping = '';
  let finished = false;
  const pinging = network
    .run('X', ['ping', '-n', '-c', `${pings.count}`, '-i', `${pings.interval}`, hostAddress.Y], (line) => {
      if (/time=|transmitted/.test(line)) ping = line;
    })
    .finally(() => (finished = true));
  const showing = showTraffic(screen, network, picture, () => ({ ping, finished }));
  await Promise.all([pinging, showing]);
  screen.settle(drawMoment(picture, { ...(await traffic(network)), ...hostAddress, ping, tick: 0 }, screen));
  return packet.received;
}

async function showTraffic(
  screen: Screen,
  network: Network,
  picture: readonly string[],
  now: () => { readonly ping: string; readonly finished: boolean },
): Promise<void> {
  for (let tick = 1; screen.live && !now().finished; tick++) {
    const counters = await traffic(network);
    screen.replace(drawMoment(picture, { ...counters, ...hostAddress, ping: now().ping, tick }, screen));
    await new Promise((resolve) => setTimeout(resolve, refreshInterval));
  }
}

/** Resolves when nothing can be missed any more. */
async function startCapture(network: Network): Promise<{ readonly received: Promise<Buffer> }> {
  const argv = [process.execPath, process.argv[1] ?? '', captureOption, 'wm0', `${cookieLength()}`];
  let received: Promise<Buffer> | undefined;
  await new Promise<void>((resolve, reject) => {
    received = network
      .run('A', argv, (line) => {
        if (line === captureReady) resolve();
      })
      .then((output) => Buffer.from(output.split('\n')[1] ?? '', 'hex'));
    received.catch(reject);
  });
  if (!received) throw new Error('unreachable: the executor runs at once');
  return { received };
}

async function traffic(network: Network): Promise<Readonly<Record<Router, Traffic>>> {
  const [A, B] = await Promise.all(
    routers.map(async (router) => readTraffic(await network.run(router, ['ifconfig', '-v', 'l2tp0']))),
  );
  const none = { received: 0, sent: 0 };
  return { A: A ?? none, B: B ?? none };
}

/** Counters as `ifconfig -v` shows them. */
function readTraffic(status: string): Traffic {
  const packets = (direction: string): number =>
    Number(new RegExp(`^\\t${direction}: (\\d+) packet`, 'm').exec(status)?.[1] ?? 0);
  return { received: packets('input'), sent: packets('output') };
}

async function showStatus(screen: Screen, network: Network, router: Router): Promise<void> {
  if (router === 'A') screen.heading('What the routers say');
  screen.line(`  ${screen.paint('green', `${router}#`)} ifconfig l2tp0`);
  await network.run(router, ['ifconfig', 'l2tp0'], (line) => screen.line(`  ${line}`));
}

function explain(screen: Screen, packet: Buffer): void {
  screen.heading(`The first ping on the wire, wm0 of A, ${packet.length} bytes`);
  for (const layer of decode(packet, cookieLength())) showLayer(screen, layer);
}

/** Bytes that a line shows; longer fields end in dots. */
const shownBytes = 12;

function showLayer(screen: Screen, { title, fields }: Layer): void {
  fields.forEach(({ bytes, meaning }, index) => {
    const hex = bytes.subarray(0, shownBytes).toString('hex') + (bytes.length > shownBytes ? '...' : '');
    const label = screen.paint('bold', (index === 0 ? title : '').padEnd(12));
    screen.line(`  ${label}${screen.paint('yellow', hex.padEnd(2 * shownBytes + 5))}${meaning}`);
  });
}

async function putAway(screen: Screen, network: Network): Promise<void> {
  screen.heading('And away again');
  for (const router of routers) {
    for (const name of ['bridge0', 'l2tp0']) {
      screen.line(`  ${screen.paint('green', `${router}#`)} ifconfig ${name} destroy`);
      await network.run(router, ['ifconfig', name, 'destroy']);
    }
  }
  screen.line();
  screen.line('Machines, wires and daemons were in namespaces of their own, which are gone.');
}
