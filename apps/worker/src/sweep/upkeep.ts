import {
  deleteOldMessages,
  deleteOldTombstones,
  destroyErasedContent,
  dropOldOAuthStates,
  eraseTenantRows,
  findTenantsToErase,
} from '@hikyaku/db';
import { findOrphans } from './find-orphans.ts';
import type { SweepStep, SweepTools } from './sweep.ts';

/** Messages per statement, with some four rows of story each: about a tenth of a second, and nobody's trouble. */
const BATCH = 500;
/** Statements per step and round: 20,000 messages a minute are thirty times what one machine takes in, and other steps have their turn. */
const STATEMENTS = 40;

/** Runs statements that remove little each until one answers that nothing is left, or the round's share is done. How much was removed. */
async function inShares(tools: SweepTools, removeSome: () => Promise<number | null>): Promise<number> {
  let removed = 0;
  for (let statement = 0; statement < STATEMENTS && !tools.stopping.aborted; statement++) {
    const count = await removeSome();
    if (count === null) break;
    removed += count;
  }
  return removed;
}

/** An answer of 0 is the end. */
const nullAtEnd = async (count: Promise<number>): Promise<number | null> => (await count) || null;

/** What is done every minute, in a loop of its own: lost leases do not wait for a backlog of old mail. */
export const UPKEEP: Record<string, SweepStep> = {
  async retention(tools) {
    const deleted = await inShares(tools, async () => {
      const looked = await deleteOldMessages(tools.database, BATCH);
      return looked ? looked.deleted : null;
    });
    if (deleted > 0) tools.logger.info({ event: 'sweep.retention', messages: deleted });
  },

  async erasure(tools) {
    for (const tenantId of await findTenantsToErase(tools.database, 10)) {
      const content = await inShares(tools, () => nullAtEnd(destroyErasedContent(tools.database, tenantId, BATCH)));
      const rows = await inShares(tools, () => nullAtEnd(eraseTenantRows(tools.database, tenantId, BATCH)));
      tools.logger.info({ event: 'sweep.erasure', tenantId, content, rows });
    }
  },

  async tombstones(tools) {
    await inShares(tools, () => nullAtEnd(deleteOldTombstones(tools.database, 10 * BATCH)));
  },

  async oauthStates(tools) {
    await inShares(tools, () => nullAtEnd(dropOldOAuthStates(tools.database, 10 * BATCH)));
  },
};

/** What is done about once an hour: it reads the whole spool. */
export const HOURLY: Record<string, SweepStep> = {
  async orphans(tools) {
    const orphans = await findOrphans(tools.database, tools.spool, tools.now());
    if (orphans.length === 0) return;
    tools.logger.warn({ event: 'sweep.orphans', count: orphans.length, objects: orphans.slice(0, 20) });
  },
};
