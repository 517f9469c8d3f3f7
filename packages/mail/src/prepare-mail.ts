import { type MailBeginning, takeBeginning } from './mail-beginning.ts';
import type { PrepareInput } from './prepare-input.ts';
import { contentOf, decideMail, type MailContent } from './prepared-mail.ts';
import { createMailSurvey, KEEP_MAX } from './survey-mail.ts';

/**
 * Makes a device's mail fit to be handed to an API that has no envelope: a new header, the body streamed. One pass reads the mail and
 * decides; a body that needs nothing passes untouched, any other is mended in `open`. The same input gives the same bytes.
 * `begun`: its beginning, where that was read already.
 * @throws RelayError `edge.recipient_invalid`; what `source` throws passes through.
 */
export async function prepareMail(input: PrepareInput, begun?: MailBeginning): Promise<MailContent> {
  const beginning = begun ?? (await takeBeginning(input.source(), input.plainBytes <= KEEP_MAX ? KEEP_MAX : 0));
  const survey = createMailSurvey(input.charset);
  if (beginning.source) for (const chunk of beginning.chunks) survey.push(chunk);
  else for await (const chunk of beginning.all()) survey.push(chunk);
  return contentOf(decideMail(survey.end(), input), beginning.source ?? input.source);
}
