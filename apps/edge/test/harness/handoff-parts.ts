import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { armFaultPoints, newId, PLANS, systemClock } from '@hikyaku/core';
import { type Journal, type JournalMeta, openFileSpool, openJournal } from '@hikyaku/spool';
import { createLogger, createMetrics } from '@hikyaku/telemetry';
import { openContentSealer } from '@hikyaku/vault';
import type { HandoffParts } from '../../src/handoff/batch.ts';
import type { Handoff } from '../../src/handoff/handoff.ts';
import { OpenPacks } from '../../src/handoff/open-packs.ts';
import { Waker } from '../../src/handoff/waker.ts';
import { JournalShare } from '../../src/limits/journal-share.ts';
import { createEdgeMetrics } from '../../src/metrics.ts';
import { journalMeta } from './journal-meta.ts';
import type { World } from './world.ts';

const logger = createLogger({ name: 'test', level: 'silent' });

/** Nothing handed off, no fault armed, and a folder for a journal and a spool. */
export async function emptyFolder(world: World): Promise<string> {
  armFaultPoints('');
  await world.database.owner.query('TRUNCATE messages, tombstones, message_events, audit_entries');
  return mkdtempSync(join(tmpdir(), 'hikyaku-handoff-'));
}

/** The end of what `emptyFolder` began. */
export async function endHandoff({
  handoff,
  journal,
  dir,
}: {
  handoff: Handoff;
  journal: Journal;
  dir: string;
}): Promise<void> {
  armFaultPoints('');
  await handoff.stop(0);
  await journal.close();
  await rm(dir, { recursive: true, force: true });
}

/** What a hand-off works with, below `dir`; `woken` and `quarantined` are what it did. */
export async function openHandoffParts(dir: string, world: World) {
  const journal = await openJournal({ dir: join(dir, 'journal'), maxBytes: 1e9, logger, keys: [Buffer.alloc(32, 1)] });
  const spool = await openFileSpool({ dir: join(dir, 'spool'), logger });
  const sources = {
    connections: () => 0,
    journals: () => [journal.stats()],
    snapshotAgeMs: () => 0,
    isSnapshotSaved: () => true,
  };
  const metrics = createEdgeMetrics(createMetrics('test'), sources);
  // Crowded, with a share that one mail fills.
  const share = new JournalShare(4, () => 4);
  const woken: string[] = [];
  const quarantined: string[] = [];
  const parts: HandoffParts = {
    journal,
    spool,
    packs: new OpenPacks({ dir: join(dir, 'packs'), spool, database: world.database.system, logger }),
    database: world.database.system,
    waker: new Waker({ wake: async (keys) => void woken.push(...keys) }, systemClock, logger),
    share,
    metrics: { ...metrics, quarantined: (reason) => quarantined.push(reason) },
    clock: systemClock,
    logger,
    plan: PLANS['self-hosted'],
  };
  return { journal, spool, parts, woken, quarantined, share };
}

/** Puts a mail into the journal as the dialogue does. */
export async function acceptInto(
  journal: Journal,
  { world, deviceId }: { world: World; deviceId: string },
  changes: Partial<JournalMeta> = {},
  content = 'Subject: x\r\n\r\nbody',
): Promise<JournalMeta> {
  const messageId = changes.messageId ?? newId();
  const { contentKey, sealed } = openContentSealer(world.keys.rows).seal(messageId, {
    ...journalMeta(world, deviceId, messageId, Buffer.alloc(0)),
    ...changes,
  });
  const meta = { ...journalMeta(world, deviceId, messageId, sealed), sizeBytes: content.length, ...changes };
  const writer = journal.begin(messageId, contentKey);
  await writer.write(Buffer.from(content));
  await writer.commit(meta);
  return meta;
}
