/**
 * `npm run test:netbsd [-- [--release N.M] WORD...]`: the conversations with the NetBSD kernel that is here, a NetBSD
 * host's or the one that RUMP_SERVER names, by our commands and, on NetBSD, by its own; prints a table.
 *
 * WORDs select the transcripts whose file name contains one of them. Exit status 0: all agree; 1: ours and theirs
 * differ (or ours and what is known, where there are no theirs); 2: nothing was compared, and a line says why.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { release as systemRelease } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseRelease } from '../../src/ioctl/release';
import { compare, type Row } from './comparison';
import { NetbsdStage, StageError } from './netbsd-stage';
import { readConversations } from './parse';
import { spawned, type Ids, type Programs, type SpawnOptions } from './programs';
import { summarise, tableHeading, tableRow } from './table';

const bundles = join(process.cwd(), 'dist', 'bin');
const hijack = '/usr/lib/librumphijack.so';

const onNetbsd = process.platform === 'netbsd';
const rump = process.env.RUMP_SERVER !== undefined && process.env.RUMP_SERVER !== '';

const ourCommand = (name: string, options: SpawnOptions) =>
  spawned(process.execPath, [join(bundles, `${name}.js`)], options);

/** NetBSD's own commands, where they are. */
function theirPrograms(options: SpawnOptions): Programs {
  const none: Programs = { ifconfig: null, brconfig: null };
  if (!onNetbsd) return none;
  const find = (name: 'ifconfig' | 'brconfig') => {
    const client = `/sbin/rump.${name}`;
    if (rump && existsSync(client)) return spawned(client, [], options);
    const environment = rump ? { LD_PRELOAD: hijack } : {};
    const usable = existsSync(`/sbin/${name}`) && (!rump || existsSync(hijack));
    return usable ? spawned(`/sbin/${name}`, [], { ...options, environment }) : null;
  };
  return { ifconfig: find('ifconfig'), brconfig: find('brconfig') };
}

/** The user nobody, for callers who are not root; a rump kernel takes every client for root. */
function otherUser(): Ids | null {
  if (rump) return null;
  const id = (option: string) =>
    Number(spawnSync('id', [option, 'nobody'], { encoding: 'utf8' }).stdout.trim() || NaN);
  const [uid, gid] = [id('-u'), id('-g')];
  return Number.isInteger(uid) && Number.isInteger(gid) ? { uid, gid } : null;
}

/** The kernel's release: as told, else the host's own; null if it cannot be known. */
function kernelRelease(told: string | undefined): number | null {
  const text = told ?? (onNetbsd ? /^\d+\.\d+/.exec(systemRelease())?.[0] : undefined);
  return (text === undefined ? null : parseRelease(text)?.major) ?? null;
}

function reasonNotTo(release: number | null): string | null {
  if (!onNetbsd && !rump)
    return 'No NetBSD kernel here: run this on NetBSD as root, or with RUMP_SERVER set to the URL of a rump kernel.';
  if (!rump && process.geteuid?.() !== 0) return 'Only root may create interfaces: run this as root.';
  if (release === null)
    return 'Which release the kernel is of cannot be told: say --release N.M (8.0 or later).';
  return null;
}

async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { release: { type: 'string' } },
    allowPositionals: true,
  });
  const release = kernelRelease(values.release);
  const reason = reasonNotTo(release);
  if (reason !== null || release === null) return refuse(reason ?? '');
  const conversations = readConversations().filter(
    ({ place }) =>
      positionals.length === 0 || positionals.some((word) => basename(place.file).includes(word)),
  );
  const options: SpawnOptions = { user: otherUser() };
  const ours = {
    ifconfig: ourCommand('ifconfig-l2tp', options),
    brconfig: ourCommand('brconfig-l2tp', options),
  };
  const theirs = theirPrograms(options);
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => abort.abort());
  const aborted = () => abort.signal.aborted;
  const hasUsers = options.user !== null;
  const stage = await NetbsdStage.open({ ifconfig: theirs.ifconfig ?? ours.ifconfig, release, hasUsers });
  const rows: Row[] = [];
  console.log(tableHeading);
  try {
    for await (const row of compare(conversations, { stage, ours, theirs, aborted })) {
      rows.push(row);
      for (const line of tableRow(row)) console.log(line);
    }
  } finally {
    await stage.close();
  }
  const { text, status } = summarise(rows);
  console.log(`\n${text}`);
  return aborted() ? 2 : status;
}

function refuse(reason: string): number {
  console.error(reason);
  return 2;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    if (!(error instanceof StageError) && !(error instanceof TypeError)) throw error;
    process.exitCode = refuse(error.message);
  },
);
