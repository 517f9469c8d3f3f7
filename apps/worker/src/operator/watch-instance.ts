import { X509Certificate } from 'node:crypto';
import { readFile, statfs } from 'node:fs/promises';
import { type CertificateTrouble, parseCertificateTroubles, RelayError } from '@hikyaku/core';
import { countAttempt, countQuarantined, type Database } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';
import { type InstanceAlarm, instanceAlarms } from './instance-alarms.ts';
import type { ProviderTroubles } from './provider-troubles.ts';

/** A disk that fills fast gives about that long from twice the reserve to the reserve. */
const LOOK_EVERY_MS = 600_000;
/** Of what another program says. */
const MAX_WORDS = 200;

export interface InstanceWatch {
  database: Database;
  /** A folder on the disk with the data. */
  dataDir: string;
  keepFreeBytes: number;
  secretEnds: string | null;
  /** `cert.pem:key.pem` each. */
  certificateFiles: string[];
  /** What the process that asks an authority for certificates writes of its failures; null where none does. */
  troublesFile: string | null;
  /** Asks the queue's store whether it answers. @throws RelayError `queue.unavailable` */
  pingQueue: () => Promise<void>;
  /** What this worker met at providers. */
  providerTroubles: Pick<ProviderTroubles, 'take'>;
  /** By each of these, as far as they are set. */
  tell: ((alarm: InstanceAlarm) => Promise<void>)[];
  logger: Logger;
  now?: () => number;
}

/**
 * Tells the operator what he has to do something about, once in its time however many workers there are. What a way did not take is told by it at the
 * next look.
 */
export async function watchInstance(options: InstanceWatch): Promise<{ look(): Promise<void>; close(): void }> {
  const { database, tell, logger, now = Date.now } = options;
  const waiting = tell.map(() => new Map<string, InstanceAlarm>());
  let quarantined = await countQuarantined(database);
  let wasQueueAway = false;

  const lookOnce = async (): Promise<void> => {
    const [disk, count, queueTrouble, certificates, certificateTroubles] = await Promise.all([
      statfs(options.dataDir),
      countQuarantined(database),
      options.pingQueue().then(
        () => null,
        (error: unknown) => wordsOf(error),
      ),
      readCertificates(options.certificateFiles),
      readTroubles(options.troublesFile),
    ]);
    const alarms = instanceAlarms({
      now: now(),
      secretEnds: options.secretEnds,
      certificates,
      certificateTroubles,
      freeBytes: disk.bavail * disk.bsize,
      keepFreeBytes: options.keepFreeBytes,
      newlyQuarantined: Math.max(0, count - quarantined),
      // One look may fall into a restart.
      queueTrouble: wasQueueAway ? queueTrouble : null,
      providerTroubles: options.providerTroubles.take(),
    });
    quarantined = count;
    wasQueueAway = queueTrouble !== null;
    for (const alarm of alarms) {
      const limit = { key: `operator|${alarm.code}`, max: 1, windowMs: alarm.everyMs, now: now() };
      if ((await countAttempt(database, limit)) > 0) continue;
      logger.warn({ event: 'operator.alarm', code: alarm.code }, alarm.subject);
      for (const alarms of waiting) alarms.set(alarm.code, alarm);
    }
    await Promise.all(
      waiting.flatMap((alarms, way) =>
        [...alarms].map(async ([code, alarm]) => {
          try {
            await tell[way]!(alarm);
            alarms.delete(code);
          } catch (error) {
            logger.error({ event: 'operator.not_told', code, err: error });
          }
        }),
      ),
    );
  };
  // One look after the other: two at once would both tell what a way did not take.
  let last: Promise<void> = Promise.resolve();
  const look = (): Promise<void> => {
    last = last.catch(() => {}).then(lookOnce);
    return last;
  };
  const lookAnyway = () => look().catch((error: unknown) => logger.warn({ event: 'operator.look_failed', err: error }));
  void lookAnyway();
  const timer = setInterval(lookAnyway, LOOK_EVERY_MS).unref();
  return { look, close: () => clearInterval(timer) };
}

/** In one line of bounded length. */
function wordsOf(error: unknown): string {
  const words = (error instanceof RelayError && error.internal) || String(error);
  return words.replace(/\s+/g, ' ').slice(0, MAX_WORDS);
}

/** A file that this process may not read is its owner's to watch: the edge may be another machine. */
async function readCertificates(files: string[]): Promise<{ name: string; endsAt: number }[]> {
  const read = files.map(async (item) => {
    const [path = ''] = item.split(':');
    try {
      return [{ name: path, endsAt: Date.parse(new X509Certificate(await readFile(path)).validTo) }];
    } catch {
      return [];
    }
  });
  return (await Promise.all(read)).flat();
}

async function readTroubles(file: string | null): Promise<Record<string, CertificateTrouble>> {
  return file === null ? {} : parseCertificateTroubles(await readFile(file, 'utf8').catch(() => ''));
}
