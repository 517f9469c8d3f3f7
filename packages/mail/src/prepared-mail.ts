import { RelayError } from '@hikyaku/core';
import { isClean, type LineSurvey, repairedSize, repairLines, toBuffer, undoubleLines } from './line-ends.ts';
import type { MailChange } from './mail-change.ts';
import type { BodyPlan } from './parts/body-plan.ts';
import { repairBody } from './parts/repair-body.ts';
import type { MailFacts } from './prepare-input.ts';
import { indentIn, type OddLineEnds } from './reading/odd-line-ends.ts';
import type { MailSurvey } from './survey-mail.ts';
import { rewriteHeader } from './writing/rewrite-header.ts';

/** What reading a mail decided. Plain data: it may come from another thread. */
export interface PreparedMail {
  /** The new header with its empty line. */
  header: Uint8Array;
  /** Bytes of the old one, which the body follows. */
  headerLength: number;
  lines: LineSurvey;
  /** What ends the lines of the body, where that is CR alone or LF before CR, or what they begin with: it is read and mended as if they had CRLF and nothing before. */
  oddLineEnds: OddLineEnds | null;
  /** What is to be done with the body; null when only its line ends may have to change. */
  plan: BodyPlan | null;
  changes: MailChange[];
}

export interface MailContent {
  /** Exactly what `open` gives. */
  sizeBytes: number;
  /** The RFC 5322 bytes, CRLF lines. May be called again; a large mail opens its source anew. */
  open(): AsyncIterable<Uint8Array>;
  changes: MailChange[];
}

/**
 * The work on a mail that grows with what a stranger wrote in it.
 * @throws RelayError `edge.recipient_invalid`
 */
export function decideMail(survey: MailSurvey, facts: MailFacts): PreparedMail {
  const { lines, plan, own } = survey.body;
  const changes = new Set<MailChange>(survey.changes);
  const header = rewriteHeader(survey.header, own, facts, survey.hints, changes);
  if (survey.isHeaderCut) changes.add('header.cut');
  const { oddLineEnds } = survey;
  const indent = indentIn(oddLineEnds);
  if (indent > 0) changes.add('body.unindented');
  else if (lines.bareLf || lines.bareCr || oddLineEnds) changes.add('body.line_ends');
  if (!lines.isEnded) changes.add('body.last_line_ended');
  return { header, headerLength: survey.headerLength, lines, oddLineEnds, plan, changes: [...changes] };
}

/**
 * What was decided, with the mail's own bytes as body: untouched when nothing has to change, else mended as they pass. A body with repairs is gone through
 * once more here, for its size; nothing of it is held.
 */
export async function contentOf(prepared: PreparedMail, source: () => AsyncIterable<Uint8Array>): Promise<MailContent> {
  const { header, lines, oddLineEnds, plan, changes } = prepared;
  const body = (): AsyncIterable<Buffer> => {
    const came = skip(source(), prepared.headerLength);
    const raw = oddLineEnds ? repairLines(came, oddLineEnds) : lines.isDoubled ? undoubleLines(came) : came;
    if (plan) return repairBody(raw, plan);
    return isClean(lines) ? raw : repairLines(raw);
  };
  const bodyBytes = plan ? await sizeOf(body()) : repairedSize(lines);

  async function* open(): AsyncGenerator<Uint8Array> {
    yield header;
    let left = bodyBytes;
    for await (const chunk of body()) {
      left -= chunk.length;
      if (left < 0) break;
      yield chunk;
    }
    // The length is already announced: a source that changed must not leave as a mail.
    if (left !== 0)
      throw new RelayError('spool.content_damaged', { internal: 'the mail changed between two readings' });
  }
  return { sizeBytes: header.length + bodyBytes, open, changes };
}

async function sizeOf(body: AsyncIterable<Buffer>): Promise<number> {
  let bytes = 0;
  for await (const chunk of body) bytes += chunk.length;
  return bytes;
}

async function* skip(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Buffer> {
  let toSkip = bytes;
  for await (const piece of source) {
    const chunk = toBuffer(piece);
    if (toSkip < chunk.length) yield toSkip ? chunk.subarray(toSkip) : chunk;
    toSkip = Math.max(0, toSkip - chunk.length);
  }
}
