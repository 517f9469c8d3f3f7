/**
 * Accepts mails until it is killed: `crash-child.ts <dir> <fault points> <first number>`. Prints what happened the moment it is true:
 * `accepted <id>` after a commit resolved, `finishing <id>` before an acknowledgement.
 */
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { armFaultPoints } from '@hikyaku/core';
import { openJournal } from '../src/index.ts';
import { accept, cipherOf, JOURNAL_KEYS, silentLogger } from './journal-harness.ts';

const [dir, faultPoints, first] = process.argv.slice(2);
const say = (line: string): void => void writeSync(1, `${line}\n`);

armFaultPoints(faultPoints!);
const limits = { segmentBytes: 20_000, segmentAgeMs: 20, idleMs: 5 };
const journal = await openJournal({
  dir: dir!,
  maxBytes: 1e9,
  smallLimitBytes: 64 * 1024,
  logger: silentLogger,
  keys: JOURNAL_KEYS,
  limits,
});

async function acceptMany(lane: number): Promise<void> {
  for (let index = 0; index < 40; index++) {
    const id = `m${first}-${lane}-${index}`;
    const size = (lane + index) % 4 === 0 ? 66_000 + index : index * 100;
    await accept(journal, id, size);
    say(`accepted ${id}`);
  }
}

/** Every third mail is left waiting. */
async function finishSome(): Promise<void> {
  for (;;) {
    for (const entry of await journal.take(5)) {
      const { messageId } = entry.meta;
      if (messageId.length % 3 === 0 && messageId.endsWith('1')) continue;
      await cipherOf(entry);
      say(`finishing ${messageId}`);
      await journal.done(entry);
    }
  }
}

void finishSome();
await Promise.all([0, 1, 2, 3, 4, 5].map(acceptMany));
// Whatever is acknowledged late is still unlinked: the point may be there.
if (faultPoints) await sleep(2000);
say('ended');
process.kill(process.pid, 'SIGKILL');
