import { newId, newQueueId, PLANS } from '@hikyaku/core';
import {
  claimDueMessages,
  type Database,
  endTurn,
  findUnusedObjects,
  forgetSpoolObjects,
  insertMessages,
  markSends,
  recordOutcomes,
  takeTurn,
  viewAccount,
} from '@hikyaku/db';
import { sentOutcome } from '@hikyaku/testing';

/** Whose mail goes through: ids and account as stored. */
export interface LapPlace {
  tenantId: string;
  deviceId: string;
  mailboxId: string;
  accountKey: string;
}

/** Mails of a lap: a hand-off's batch and a turn's claims on a busy machine. */
export const MAILS_PER_LAP = 20;

const ALLOWANCE = { burst: 1_000_000, perMinute: 1_000_000, day: null };

/** The statements of the mail's way, in its order. */
export const STATEMENTS = ['insert', 'view', 'take turn', 'claim', 'marks', 'outcome', 'objects', 'end turn'] as const;
export type Statement = (typeof STATEMENTS)[number];

/**
 * Takes a batch through everything that Postgres is asked on the way from hand-off to the end of the turn. Milliseconds of each statement.
 * @throws Error when the mails did not all get through: then the times mean nothing
 */
export async function runLap(database: Database, place: LapPlace): Promise<Map<Statement, number>> {
  const times = new Map<Statement, number>();
  const timed = async <T>(statement: Statement, work: Promise<T>): Promise<T> => {
    const startedAt = performance.now();
    const result = await work;
    times.set(statement, performance.now() - startedAt);
    return result;
  };
  const { tenantId, deviceId, mailboxId, accountKey } = place;
  const object = `bench/${newId()}`;
  await timed(
    'insert',
    insertMessages(
      database,
      Array.from({ length: MAILS_PER_LAP }, (_, index) => {
        const messageId = newId();
        return {
          messageId,
          queueId: newQueueId(),
          tenantId,
          deviceId,
          mailboxId,
          acceptedAt: Date.now(),
          mailFrom: 'camera@example.com',
          recipients: ['owner@example.com'],
          subject: 'Motion detected at the front door',
          messageIdHeader: `<${messageId}@mail.local>`,
          isTest: false,
          sizeBytes: 20_000,
          door: 'submission',
          tls: 'TLSv1.3',
          clientAddress: '192.0.2.1',
          keySealed: Buffer.alloc(80).toString('base64'),
          spool: { object, offset: index * 1_000, length: 1_000 },
        };
      }),
      PLANS['self-hosted'],
    ),
  );
  await timed('view', viewAccount(database, accountKey));
  const turn = await timed('take turn', takeTurn(database, accountKey, 60_000));
  if (!('token' in turn)) throw new Error('the turn was somebody else’s');
  const claimed = await timed(
    'claim',
    claimDueMessages(database, {
      accountKey,
      turnToken: turn.token,
      turnLeaseMs: 60_000,
      limit: MAILS_PER_LAP,
      leaseMs: 60_000,
      allowance: ALLOWANCE,
      environment: 'sandbox',
      served: new Map(),
      maxRecipients: 500,
    }),
  );
  const claims = (claimed?.messages ?? []).map(({ id, fence }) => ({ messageId: id, fence, partNumber: 1 }));
  if (claims.length !== MAILS_PER_LAP) throw new Error(`${claims.length} of ${MAILS_PER_LAP} mails were claimed`);
  // A provider that takes a mail in one request: both marks at once.
  await timed(
    'marks',
    markSends(
      database,
      claims.map((claim) => ({ ...claim, isCommit: true })),
    ),
  );
  const written = await timed('outcome', recordOutcomes(database, claims.map(sentOutcome)));
  if (!written.every(Boolean)) throw new Error('an outcome was refused');
  await timed(
    'objects',
    findUnusedObjects(database, [object]).then((unused) => forgetSpoolObjects(database, unused)),
  );
  await timed(
    'end turn',
    endTurn(database, {
      accountKey,
      token: turn.token,
      allowance: ALLOWANCE,
      countTo: 5,
      mayGoOn: true,
      roundDevices: [],
    }),
  );
  return times;
}
