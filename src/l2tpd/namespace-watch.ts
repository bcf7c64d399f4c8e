/** Notices that this process's network namespace has lost its last name: `ip netns del` (ip-netns(8)). */
import { readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';

const directories = ['/run/netns', '/var/run/netns'];

/** Calls `deleted` once when all names are gone. Does nothing for a namespace that has none now. */
export function watchNamespace(deleted: () => void): () => void {
  const named = directories.filter((directory) => namesIn(directory).length > 0);
  const watchers = named.map((directory) =>
    watch(directory, { persistent: false }, () => {
      if (named.some((other) => namesIn(other).length > 0)) return;
      stop();
      deleted();
    }),
  );
  const stop = () => {
    for (const watcher of watchers) watcher.close();
  };
  return stop;
}

/** The names in `directory` that are this namespace. */
function namesIn(directory: string): string[] {
  const own = statSync('/proc/self/ns/net');
  return list(directory).filter((name) => {
    const found = statSync(join(directory, name), { throwIfNoEntry: false });
    return found?.ino === own.ino && found.dev === own.dev;
  });
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
