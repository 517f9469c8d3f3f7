import { randomUUID } from 'node:crypto';
import { type HttpAnswer, httpCall, readJson } from '../../http/http-call.ts';
import type { UpstreamPool } from '../../http/upstream-pool.ts';
import type { MicrosoftConfig } from '../config.ts';

/** The calls of one draft, with one token. */
export interface UploadCalls {
  /** `POST /me/messages`: a draft without its files. */
  createDraft(message: object): Promise<HttpAnswer>;
  /** The ids of drafts with that property; none where nobody says. */
  findDrafts(property: { id: string; value: string }): Promise<string[]>;
  /** A file in one request. */
  attach(draftId: string, file: object): Promise<HttpAnswer>;
  /** Where the pieces of a large file go. */
  createSession(draftId: string, item: object): Promise<HttpAnswer>;
  putPiece(uploadUrl: string, piece: { bytes: Buffer; at: number; of: number }): Promise<HttpAnswer>;
  sendDraft(draftId: string): Promise<HttpAnswer>;
  /** Waits for itself: the send's own time may be over. */
  removeDraft(draftId: string): Promise<void>;
}

/** With which token, and in which mailbox: that of the token's person where none is named. */
export interface UploadAccess {
  accessToken: string;
  address: string | undefined;
  signal: AbortSignal;
}

/** A draft that cannot be taken away in that time is left behind. */
const REMOVE_TIMEOUT_MS = 5_000;
/** Drafts of one mail: each killed attempt leaves one. */
const MOST_LEFT = 5;

export function uploadCalls(
  pool: UpstreamPool,
  config: MicrosoftConfig,
  { accessToken, signal, address }: UploadAccess,
): UploadCalls {
  const mailbox = `${config.graphUrl}/v1.0/${address === undefined ? 'me' : `users/${encodeURIComponent(address)}`}`;
  const messages = `${mailbox}/messages`;
  const headers = () => ({ authorization: `Bearer ${accessToken}`, 'client-request-id': randomUUID() });
  const ofDraft = (id: string): string => `${messages}/${encodeURIComponent(id)}`;
  const postJson = (url: string, body: object): Promise<HttpAnswer> =>
    httpCall(pool, {
      method: 'POST',
      url,
      headers: { ...headers(), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  return {
    createDraft: (message) => postJson(messages, message),
    async findDrafts({ id, value }) {
      const filter = `singleValueExtendedProperties/Any(ep: ep/id eq '${id}' and ep/value eq '${value}')`;
      const query = `$filter=${encodeURIComponent(filter)}&$select=id&$top=${MOST_LEFT}`;
      const url = `${mailbox}/mailFolders/drafts/messages?${query}`;
      const answer = await httpCall(pool, { method: 'GET', url, headers: headers(), signal }).catch(() => undefined);
      const { value: found } = ((answer?.status === 200 && readJson(answer.text)) || {}) as { value?: unknown };
      if (!Array.isArray(found)) return [];
      return found
        .slice(0, MOST_LEFT)
        .flatMap((item: { id?: unknown } | null) => (typeof item?.id === 'string' && item.id !== '' ? [item.id] : []));
    },
    attach: (id, file) => postJson(`${ofDraft(id)}/attachments`, file),
    createSession: (id, item) => postJson(`${ofDraft(id)}/attachments/createUploadSession`, { AttachmentItem: item }),
    putPiece: (url, { bytes, at, of }) =>
      httpCall(pool, {
        method: 'PUT',
        url,
        // The address alone opens it; a token is refused there (facts 2.1).
        headers: {
          'content-type': 'application/octet-stream',
          'content-range': `bytes ${at}-${at + bytes.length - 1}/${of}`,
        },
        body: bytes,
        signal,
      }),
    sendDraft: (id) =>
      httpCall(pool, {
        method: 'POST',
        url: `${ofDraft(id)}/send`,
        headers: { ...headers(), 'content-length': '0' },
        signal,
      }),
    async removeDraft(id) {
      const alone = AbortSignal.timeout(REMOVE_TIMEOUT_MS);
      await httpCall(pool, { method: 'DELETE', url: ofDraft(id), headers: headers(), signal: alone }).catch(() => {});
    },
  };
}
