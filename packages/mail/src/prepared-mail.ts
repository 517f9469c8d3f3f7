import { RelayError } from '@hikyaku/core';
import { isClean, type LineSurvey, repairedSize, repairLines, toBuffer } from './line-ends.ts';
import type { MailChange } from './mail-change.ts';
import type { MailFacts } from './prepare-input.ts';
import type { MailSurvey } from './survey-mail.ts';
import { rewriteHeader } from './writing/rewrite-header.ts';

/** What reading a mail decided. Plain data: it may come from another thread. */
export interface PreparedMail {
  /** The new header with its empty line. */
  header: Uint8Array;
  /** Bytes of the old one, which the body follows. */
  headerLength: number;
  lines: LineSurvey;
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
  const changes = new Set<MailChange>();
  const header = rewriteHeader(survey.header, survey.sample, facts, changes);
  if (survey.isHeaderCut) changes.add('header.cut');
  if (survey.lines.bareLf || survey.lines.bareCr) changes.add('body.line_ends');
  if (!survey.lines.isEnded) changes.add('body.last_line_ended');
  return { header, headerLength: survey.headerLength, lines: survey.lines, changes: [...changes] };
}

/** What was decided, with the mail's own bytes as body: untouched when every line ends in CRLF, else with its line ends mended. */
export function contentOf(prepared: PreparedMail, source: () => AsyncIterable<Uint8Array>): MailContent {
  const { header, lines, changes } = prepared;
  const bodyBytes = repairedSize(lines);

  async function* open(): AsyncGenerator<Uint8Array> {
    yield header;
    const raw = skip(source(), prepared.headerLength);
    let left = bodyBytes;
    for await (const chunk of isClean(lines) ? raw : repairLines(raw)) {
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

async function* skip(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Buffer> {
  let toSkip = bytes;
  for await (const piece of source) {
    const chunk = toBuffer(piece);
    if (toSkip < chunk.length) yield toSkip ? chunk.subarray(toSkip) : chunk;
    toSkip = Math.max(0, toSkip - chunk.length);
  }
}
