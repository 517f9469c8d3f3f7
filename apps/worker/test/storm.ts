import assert from 'node:assert/strict';
import { until } from '@hikyaku/testing';
import { arriveAt } from './arrive.ts';
import type { FakeTransport } from './fake-transport.ts';
import type { Place, Scene } from './scene.ts';

/** For hangs, not for speed. */
const LONG_MS = 30_000;

export interface Storm {
  places: Place[];
  /** Of every mail that came. */
  ids: string[];
  /** So many more of each device. */
  blow(count: number): Promise<void>;
  /** The windows that are open are over: what is gathered is put into digests. */
  endWindows(): Promise<void>;
  /** Every mail arrived once, by itself or in one digest; a second copy only where nobody could know. */
  endsWell(fake: FakeTransport): Promise<void>;
}

/** Devices that send one mail after the other, each by a mailbox of its own. */
export async function openStorm(scene: Scene, devices: number): Promise<Storm> {
  const places: Place[] = [];
  for (let n = 0; n < devices; n++) places.push(await scene.makePlace());
  const deviceIds = places.map(({ device }) => device.id);
  await scene.db.owner.query('UPDATE devices SET digest_minutes = 1 WHERE id = ANY ($1)', [deviceIds]);
  const ids: string[] = [];
  const endWindows = async (): Promise<void> => {
    await scene.db.owner.query(
      `WITH d AS (UPDATE devices SET digest_until = now() WHERE id = ANY ($1))
       UPDATE messages SET digest_at = now() WHERE device_id = ANY ($1) AND digest_at IS NOT NULL`,
      [deviceIds],
    );
  };
  const rows = () =>
    scene.db.owner.query<{
      id: string;
      header: string;
      state: string;
      door: string;
      digest: string | null;
      doubts: number;
    }>(
      `SELECT m.id, m.message_id_header AS header, m.state::text AS state, m.door, m.digest_id AS digest,
         (SELECT count(*)::int FROM attempts t WHERE t.message_id = m.id AND t.outcome = 'in_doubt') AS doubts
       FROM messages m WHERE m.device_id = ANY ($1)`,
      [deviceIds],
    );
  return {
    places,
    ids,
    async blow(count) {
      for (const place of places) ids.push(...(await arriveAt(scene, place, count)));
    },
    endWindows,
    async endsWell(fake) {
      await until(
        'every mail is sent',
        async () => {
          // What comes back into a gathering gets its digest too.
          await endWindows();
          return (await rows()).every(({ state }) => state === 'sent');
        },
        LONG_MS,
      );
      const all = await rows();
      const digests = all.filter(({ door }) => door === 'dashboard');
      assert.ok(digests.length > 0);
      assert.equal(all.length - digests.length, ids.length, 'none is lost');
      for (const { id, header, digest, doubts } of all) {
        const copies = fake.of(header).length;
        if (digest) assert.equal(copies, 0, 'what is in a digest leaves by it alone');
        else assert.ok(copies >= 1 && copies <= 1 + doubts, `${id}: ${copies} copies, ${doubts} doubts`);
      }
      const known = new Set(digests.map(({ id }) => id));
      assert.ok(all.every(({ digest }) => digest === null || known.has(digest)));
      for (const { id } of digests)
        assert.ok(
          all.some(({ digest }) => digest === id),
          'no digest of nothing, none twice',
        );
    },
  };
}
