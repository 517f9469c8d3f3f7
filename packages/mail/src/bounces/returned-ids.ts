/** What a report returns of a mail by which we know it again. */
export interface ReturnedIds {
  /** With their brackets. */
  messageIds: string[];
  /** Of our Received header, or of a Message-ID that we gave. */
  queueIds: string[];
}

/** A mail has one id; a chain of forwarded reports a few. */
const MAX_IDS = 20;
const MESSAGE_ID = /message-id:[ \t\r\n>]{0,20}((?:<[^<>\s]{3,250}>[ \t\r\n]{0,20}){1,10})/gi;
/** Our Received header, folded or not (`receivedItems`). */
const RECEIVED = /\(Hikyaku\)[\s>]{1,20}with[\s>]{1,20}ESMTP[\s>]{1,20}id[\s>]{1,20}([A-Z2-9]{16})\b/g;
const QUEUE_ID = /^<([A-Z2-9]{16})@/;

/** Adds the ids that a returned header, or a text with one in it, has. */
export function addReturnedIds(text: string, found: { messageIds: Set<string>; queueIds: Set<string> }): void {
  for (const [, ids = ''] of text.matchAll(MESSAGE_ID)) {
    for (const id of ids.trim().split(/[ \t\r\n]+/)) {
      if (found.messageIds.size >= MAX_IDS) break;
      found.messageIds.add(id);
      const queueId = QUEUE_ID.exec(id)?.[1];
      if (queueId) found.queueIds.add(queueId);
    }
  }
  for (const [, queueId = ''] of text.matchAll(RECEIVED))
    if (found.queueIds.size < MAX_IDS) found.queueIds.add(queueId);
}
