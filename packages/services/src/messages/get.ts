import type { MessageDetail } from '@hikyaku/contracts';
import { findMessage, readMessageStory } from '@hikyaku/db';
import { found, type ServiceContext } from '../context.ts';
import { describeMessageDetail } from './describe.ts';
import type { MessageReader } from './message-diagnosis.ts';

/** @throws RelayError `api.not_found` */
export async function getMessage(context: ServiceContext, reader: MessageReader, id: string): Promise<MessageDetail> {
  const row = found(await findMessage(context, id));
  return describeMessageDetail(row, await readMessageStory(context, id), reader);
}
