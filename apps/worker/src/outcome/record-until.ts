import type { Clock } from '@hikyaku/core';
import { canPass, type OutcomeRecord } from '@hikyaku/db';
import type { Logger } from '@hikyaku/telemetry';

const FIRST_REST_MS = 100;
const LONGEST_REST_MS = 1_000;

/** The two things that the database does about an outcome. */
export interface OutcomeWriter {
  /** False when the claim is not ours any more. */
  record(outcome: OutcomeRecord): Promise<boolean>;
  /** True when this very outcome is on record: a commit whose answer was lost. */
  isRecorded(outcome: OutcomeRecord): Promise<boolean>;
}

/**
 * Writes an outcome, again and again while the database is away, until the claim's time is over: the provider has answered already, and an
 * answer that is lost becomes a doubt and a second copy. What the database refuses as it stands is not repeated: it is written once more without the
 * provider's own words, the one part of it that we have not chosen. False when the claim is not ours any more.
 * @throws what the database threw last, when that time is over or the bare outcome was refused too
 */
export async function recordUntil(
  writer: OutcomeWriter,
  record: OutcomeRecord,
  claimEnd: number,
  tools: { clock: Clock; logger: Logger },
): Promise<boolean> {
  let restMs = FIRST_REST_MS;
  let written = record;
  for (let isFirst = true; ; isFirst = false) {
    try {
      if (await writer.record(written)) return true;
      // An earlier commit may have gone through although its answer got lost.
      return !isFirst && (await writer.isRecorded(written));
    } catch (error) {
      if (!canPass(error)) {
        if (written !== record) throw error;
        written = {
          ...record,
          providerId: null,
          attempt: { ...record.attempt, text: null },
          results: withoutText(record.results),
        };
        tools.logger.error({ event: 'outcome.refused_as_it_is', messageId: record.messageId, err: error });
        continue;
      }
      if (tools.clock.now() + restMs > claimEnd) throw error;
      if (isFirst) tools.logger.warn({ event: 'outcome.waits', messageId: record.messageId, err: error });
      await tools.clock.sleep(restMs);
      restMs = Math.min(restMs * 2, LONGEST_REST_MS);
    }
  }
}

const withoutText = (results: OutcomeRecord['results']): OutcomeRecord['results'] =>
  results?.map(({ recipient, outcome, code }) => ({ recipient, outcome, ...(code ? { code } : {}) })) ?? null;
