import { randomBytes } from 'node:crypto';
import type { DraftMessage } from '../graph-types.ts';

/** A file of a draft. */
export interface DraftFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

export interface Draft {
  id: string;
  /** The mailbox that it is in. */
  mailbox: string;
  message: DraftMessage;
  files: DraftFile[];
}

/** A file that comes in pieces. */
export interface UploadSession {
  token: string;
  draftId: string;
  name: string;
  contentType: string;
  size: number;
  endsAt: string;
  pieces: Buffer[];
  received: number;
}

/** Drafts of all mailboxes, in memory: one that is left behind is the oldest some day. */
const MAX_DRAFTS = 50;
const MAX_SESSIONS = 50;

export interface DraftStore {
  add(mailbox: string, message: DraftMessage): Draft;
  find(mailbox: string, id: string): Draft | undefined;
  remove(id: string): void;
  /** Of one mailbox, the oldest first. */
  list(mailbox: string): Draft[];
  begin(draft: Draft, file: Pick<UploadSession, 'name' | 'contentType' | 'size' | 'endsAt'>): UploadSession;
  /** Undefined where it is over by `now` (ms), or its draft is gone. */
  session(token: string, now: number): UploadSession | undefined;
  /** The last piece has come: the file is its draft's. */
  finish(session: UploadSession): void;
  end(token: string): void;
  clear(): void;
}

export function createDraftStore(): DraftStore {
  const drafts = new Map<string, Draft>();
  const sessions = new Map<string, UploadSession>();
  const keep = <T>(map: Map<string, T>, key: string, value: T, most: number): T => {
    map.set(key, value);
    if (map.size > most) map.delete(map.keys().next().value!);
    return value;
  };
  const newToken = (): string => randomBytes(24).toString('base64url');
  return {
    add: (mailbox, message) => {
      // Exchange's ids end in = and are longer; nothing depends on that.
      const id = `AAMk${newToken()}`;
      return keep(drafts, id, { id, mailbox, message, files: [] }, MAX_DRAFTS);
    },
    find(mailbox, id) {
      const draft = drafts.get(id);
      return draft?.mailbox === mailbox ? draft : undefined;
    },
    list: (mailbox) => [...drafts.values()].filter((draft) => draft.mailbox === mailbox),
    remove: (id) => void drafts.delete(id),
    begin(draft, file) {
      const token = newToken();
      return keep(sessions, token, { token, draftId: draft.id, ...file, pieces: [], received: 0 }, MAX_SESSIONS);
    },
    session(token, now) {
      const session = sessions.get(token);
      return session && drafts.has(session.draftId) && now < Date.parse(session.endsAt) ? session : undefined;
    },
    finish(session) {
      const { name, contentType, pieces } = session;
      drafts.get(session.draftId)?.files.push({ name, contentType, bytes: Buffer.concat(pieces) });
      sessions.delete(session.token);
    },
    end: (token) => void sessions.delete(token),
    clear() {
      drafts.clear();
      sessions.clear();
    },
  };
}
