import type { Diagnosis } from '@hikyaku/contracts';
import { diagnoseMessage } from '@hikyaku/core';
import type { MessageRow, MessageStory } from '@hikyaku/db';
import type { DiagnosisReader } from '../diagnoses/diagnosis-values.ts';
import { wordDiagnosis } from '../diagnoses/word-diagnosis.ts';
import type { PaceReader } from './pace-reader.ts';

/** Who reads a message. */
export interface MessageReader extends DiagnosisReader {
  pace: PaceReader;
}

/** Why a mail is not sent, in the reader's words; null where nothing is wrong. */
export function messageDiagnosis(row: MessageRow, story: MessageStory, reader: MessageReader): Diagnosis | null {
  const found = diagnoseMessage({
    state: row.state,
    stateCode: row.stateCode,
    mailbox: row.mailboxAddress,
    sizeBytes: row.sizeBytes,
    nextAttemptAt: row.dueAt?.toISOString() ?? null,
    refused: story.parts.flatMap(({ results }) =>
      results.flatMap(({ recipient, outcome }) => (outcome === 'rejected' ? [recipient] : [])),
    ),
  });
  return found && wordDiagnosis(found.code, { ...found, isContentGone: row.contentDestroyedAt !== null }, reader);
}
