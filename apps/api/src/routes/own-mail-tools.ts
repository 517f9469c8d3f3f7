import { insertMessages } from '@hikyaku/db';
import type { TestMailTools } from '@hikyaku/services';
import type { ApiOptions } from '../api-options.ts';

/** What own mail needs, of what the api has open. */
export function ownMailTools(options: ApiOptions): TestMailTools {
  return {
    ...options,
    insertMessages: (messages) => insertMessages(options.database, messages, null),
    messageIdDomain: new URL(options.publicUrl).hostname,
  };
}
