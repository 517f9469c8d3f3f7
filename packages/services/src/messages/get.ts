import type { MessageDetail } from '@hikyaku/contracts';
import { findMessage, readDigestedMails, readMessageStory } from '@hikyaku/db';
import { found, type ServiceContext } from '../context.ts';
import { describeMessageDetail } from './describe.ts';
import type { MessageReader } from './message-diagnosis.ts';
import { waitingOf } from './waiting-of.ts';

/** @throws RelayError `api.not_found` */
export async function getMessage(context: ServiceContext, reader: MessageReader, id: string): Promise<MessageDetail> {
  const row = found(await findMessage(context, id));
  const story = await readMessageStory(context, id);
  const digested = row.door === 'dashboard' ? await readDigestedMails(context, id) : [];
  return describeMessageDetail(row, story, digested, await waitingOf(row, story, reader.pace, context.now), reader);
}
