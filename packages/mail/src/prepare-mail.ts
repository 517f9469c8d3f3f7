import { RelayError } from '@hikyaku/core';
import { isClean, repairedSize, repairLines, toBuffer } from './line-ends.ts';
import type { MailChange } from './mail-change.ts';
import type { PrepareInput } from './prepare-input.ts';
import { surveyMail } from './survey-mail.ts';
import { rewriteHeader } from './writing/rewrite-header.ts';

export interface MailContent {
  /** Exactly what `open` gives. */
  sizeBytes: number;
  /** The RFC 5322 bytes, CRLF lines. May be called again; a large mail opens its source anew. */
  open(): AsyncIterable<Uint8Array>;
  changes: MailChange[];
}

/**
 * Makes a device's mail fit to be handed to an API that has no envelope: a new header, the body streamed. One pass reads the mail and
 * decides; a body whose lines end in CRLF passes untouched, any other gets its line ends in `open`. The same input gives the same bytes.
 * @throws RelayError `edge.recipient_invalid`; what `source` throws passes through.
 */
export async function prepareMail(input: PrepareInput): Promise<MailContent> {
  const survey = await surveyMail(input.source(), input.plainBytes);
  const changes = new Set<MailChange>();
  const header = rewriteHeader(survey.header, survey.sample, input, changes);
  if (survey.isHeaderCut) changes.add('header.cut');
  if (survey.lines.bareLf || survey.lines.bareCr) changes.add('body.line_ends');
  if (!survey.lines.isEnded) changes.add('body.last_line_ended');
  const sizeBytes = header.length + repairedSize(survey.lines);

  async function* open(): AsyncGenerator<Uint8Array> {
    yield header;
    const raw = survey.body ? once(survey.body) : skip(input.source(), survey.headerLength);
    let left = sizeBytes - header.length;
    for await (const chunk of isClean(survey.lines) ? raw : repairLines(raw)) {
      left -= chunk.length;
      if (left < 0) break;
      yield chunk;
    }
    // The length is already announced: a source that changed must not leave as a mail.
    if (left !== 0)
      throw new RelayError('spool.content_damaged', { internal: 'the mail changed between two readings' });
  }
  return { sizeBytes, open, changes: [...changes] };
}

async function* once(body: Buffer): AsyncGenerator<Buffer> {
  if (body.length) yield body;
}

async function* skip(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Buffer> {
  let toSkip = bytes;
  for await (const piece of source) {
    const chunk = toBuffer(piece);
    if (toSkip < chunk.length) yield toSkip ? chunk.subarray(toSkip) : chunk;
    toSkip = Math.max(0, toSkip - chunk.length);
  }
}
