import {
  findMessage,
  type MessageFilter,
  pageDevices,
  pageMailboxes,
  pageMessages,
  readMessageStory,
  readOverview,
  type TenantScope,
} from '@hikyaku/db';

/** What is in the database to be asked for. */
export interface ReadPlace {
  deviceId: string;
  mailboxId: string;
  /** Of an old message. */
  messageId: string;
  queueId: string;
}

/** A page as the dashboard asks for it, and the row that tells whether there is more. */
const LIMIT = 51;

const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

/** What each route of the dashboard reads, by the route's query; each in a transaction of its own, as the api runs it. */
export function readsOf(place: ReadPlace): Record<string, (scope: TenantScope) => Promise<unknown>> {
  const { deviceId, mailboxId } = place;
  const filters: Record<string, MessageFilter> = {
    '': {},
    '?from=today': { from: new Date(new Date().setUTCHours(0, 0, 0, 0)) },
    '?from=&to= a day, two weeks ago': { from: daysAgo(15), to: daysAgo(14) },
    '?to= four weeks ago': { to: daysAgo(28) },
    '?to= before the first mail': { to: daysAgo(60) },
    '?mailboxId=': { mailboxId },
    '?mailboxId= another tenant’s': { mailboxId: '01234567-89ab-7def-8123-456789abcdef' },
    '?deviceId=': { deviceId },
    '?deviceId=&state=failed': { deviceId, states: ['failed'] },
    '?state=in_doubt': { states: ['in_doubt'] },
    '?state=held': { states: ['held'] },
    '?state=failed,expired,cancelled': { states: ['failed', 'expired', 'cancelled'] },
    '?state=quarantined (none)': { states: ['quarantined'] },
    '?state=sent': { states: ['sent'] },
    '?q= a word in every subject': { text: 'front door' },
    '?q= a word that is nowhere': { text: 'nowhere' },
    '?q=玄関': { text: '玄関' },
    '?q= a queue id': { text: place.queueId },
  };
  const messages = Object.entries(filters).map(
    ([query, filter]) =>
      [`GET /messages${query}`, (scope: TenantScope) => pageMessages(scope, filter, { limit: LIMIT })] as const,
  );
  return {
    ...Object.fromEntries(messages),
    'GET /messages/{id}': async (scope) => [
      await findMessage(scope, place.messageId),
      await readMessageStory(scope, place.messageId),
    ],
    'GET /overview': (scope) => readOverview(scope, 'Asia/Tokyo', new Date()),
    'GET /mailboxes': (scope) => pageMailboxes(scope, { limit: LIMIT }),
    'GET /devices': (scope) => pageDevices(scope, { limit: LIMIT }),
  };
}
