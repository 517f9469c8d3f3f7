import { link, readFile, readlink, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RelayError } from '@hikyaku/core';
import { FILE_MODE, isMissing } from '../durable-files.ts';

interface Owner {
  pid: number;
  /** Start time of the process and boot of the machine: a pid alone comes again. Null where /proc is not there. */
  startedAt: string | null;
}

/**
 * Makes this process the one owner of a folder. A lock whose process has ended (or whose pid now belongs to another process) is taken over.
 * Processes of another pid namespace cannot be seen: two containers must not share a journal (docs/adr/0001).
 * @throws RelayError `edge.journal_unavailable` naming the pid that holds it
 */
export async function lockFolder(folder: string): Promise<{ release: () => Promise<void> }> {
  const path = join(folder, 'lock');
  const mine = `${path}.${process.pid}`;
  const text = JSON.stringify({ pid: process.pid, startedAt: await startOf(process.pid) } satisfies Owner);
  await writeFile(mine, text, { mode: FILE_MODE });
  try {
    await claim(path, mine, folder);
  } finally {
    await unlink(mine).catch(() => {});
  }
  return {
    async release() {
      if ((await readOwner(path))?.text === text) await unlink(path).catch(() => {});
    },
  };
}

/** `link` fails when the name exists, and shows the whole text at once: never a half-written lock. */
async function claim(path: string, mine: string, folder: string): Promise<void> {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      return await link(mine, path);
    } catch (error) {
      if ((error as { code?: string }).code !== 'EEXIST') throw error;
    }
    const held = await readOwner(path);
    if (!held) continue;
    if (held.owner && (await isRunning(held.owner))) {
      throw new RelayError('edge.journal_unavailable', {
        internal: `${folder} is in use by process ${held.owner.pid}; a journal has one owner`,
      });
    }
    await removeStale(path, held.text);
  }
  throw new RelayError('edge.journal_unavailable', { internal: `${folder} is claimed by several processes at once` });
}

/** Moves the lock aside and looks again: another process may have replaced the stale one in between. */
async function removeStale(path: string, staleText: string): Promise<void> {
  const aside = `${path}.stale.${process.pid}`;
  await rename(path, aside).catch((error) => {
    if (!isMissing(error)) throw error;
  });
  const moved = await readOwner(aside);
  if (moved && moved.text !== staleText) await link(aside, path).catch(() => {});
  await unlink(aside).catch(() => {});
}

async function readOwner(path: string): Promise<{ text: string; owner: Owner | undefined } | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  try {
    const owner: unknown = JSON.parse(text);
    const isOwner = typeof owner === 'object' && owner !== null && 'pid' in owner && Number.isInteger(owner.pid);
    return { text, owner: isOwner ? (owner as Owner) : undefined };
  } catch {
    return { text, owner: undefined };
  }
}

async function isRunning(owner: Owner): Promise<boolean> {
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as { code?: string }).code !== 'EPERM') return false;
  }
  const startedAt = await startOf(owner.pid);
  return startedAt === null || owner.startedAt === null || startedAt === owner.startedAt;
}

/** Boot id, pid namespace and start time in ticks; null without /proc. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const [boot, namespace, stat] = await Promise.all([
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
      readlink('/proc/self/ns/pid'),
      readFile(`/proc/${pid}/stat`, 'utf8'),
    ]);
    // The command may hold blanks and brackets; field 22 counts from behind its closing one.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${boot.trim()} ${namespace} ${ticks}`;
  } catch {
    return null;
  }
}
