import { mkdir } from 'node:fs/promises';
import { type Clock, newId } from '@hikyaku/core';
import { type MailFile, readMailFiles, readRaw, removeMailFile, writeMailFile } from './mail-file.ts';
import { type Box, cameAt, type StoredMail } from './stored-mail.ts';

/** Files in all: a restart reads the first line of each, and a thousand take about a tenth of a second. */
const MAX_MAILS = 20_000;

export interface Mailbox {
  address: string;
  sent: number;
  inbox: number;
  newestAt: number;
}

export interface MailStore {
  /** Resolves when the mail is readable in its boxes. The oldest make room. */
  add(mail: Omit<StoredMail, 'id' | 'at' | 'sizeBytes'>, raw: Buffer): Promise<StoredMail>;
  /** Newest first; mail that is still on its way is in no inbox. */
  list(address: string, box: Box): StoredMail[];
  find(id: string): StoredMail | undefined;
  /** The bytes as the sender's provider keeps them; undefined once they made room. */
  read(id: string): Promise<Buffer | undefined>;
  /** Newest mail first. */
  mailboxes(): Mailbox[];
  clear(): Promise<void>;
}

/** Mails as files in `dir`, with an index in memory. `keep` is asked at each new mail. */
export async function openMailStore(options: {
  dir: string;
  clock: Clock;
  keep: () => { mailsPerBox: number; totalBytes: number };
}): Promise<MailStore> {
  const { dir, clock, keep } = options;
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const files = new Map<string, MailFile>();
  /** `sent/address` and `inbox/address` → ids, oldest first. */
  const boxes = new Map<string, string[]>();
  let totalBytes = 0;
  let sequence = 0;

  const boxesOf = (mail: StoredMail): string[] => [
    ...(mail.sentBy ? [`sent/${mail.sentBy}`] : []),
    ...mail.inboxes.map((address) => `inbox/${address}`),
  ];
  const enter = (file: MailFile): void => {
    files.set(file.mail.id, file);
    totalBytes += file.mail.sizeBytes;
    for (const key of boxesOf(file.mail)) {
      const ids = boxes.get(key);
      if (ids) ids.push(file.mail.id);
      else boxes.set(key, [file.mail.id]);
    }
  };
  /** Oldest first. */
  const cameTo = (key: string, box: Box): StoredMail[] => {
    const mails = (boxes.get(key) ?? []).map((id) => files.get(id)!.mail);
    return mails.filter((mail) => cameAt(mail, box) <= clock.now());
  };
  const dropFromBox = (key: string, id: string): void => {
    const left = boxes.get(key)?.filter((other) => other !== id) ?? [];
    if (left.length) boxes.set(key, left);
    else boxes.delete(key);
  };
  const remove = async (id: string): Promise<void> => {
    const file = files.get(id);
    if (!file) return;
    files.delete(id);
    totalBytes -= file.mail.sizeBytes;
    for (const key of boxesOf(file.mail)) dropFromBox(key, id);
    await removeMailFile(dir, file.sequence);
  };
  const leaveBox = async (key: string, id: string): Promise<void> => {
    dropFromBox(key, id);
    // Mails are added side by side, and each makes room while it waits for the disk: another one may have taken this mail out already.
    const file = files.get(id);
    if (file && boxesOf(file.mail).every((other) => !boxes.get(other)?.includes(id))) await remove(id);
  };
  const makeRoom = async (touched: string[]): Promise<void> => {
    const { mailsPerBox, totalBytes: maxBytes } = keep();
    for (const key of touched) {
      const ids = boxes.get(key) ?? [];
      for (const id of ids.slice(0, Math.max(0, ids.length - mailsPerBox))) await leaveBox(key, id);
    }
    // One mail stays, whatever its size: it was accepted, and somebody is looking for it.
    for (const id of files.keys()) {
      if (files.size <= 1 || (totalBytes <= maxBytes && files.size <= MAX_MAILS)) break;
      await remove(id);
    }
  };

  for (const file of await readMailFiles(dir)) {
    enter(file);
    sequence = file.sequence;
  }
  await makeRoom([...boxes.keys()]);

  return {
    async add(fields, raw) {
      const mail: StoredMail = { ...fields, id: newId(clock.now()), at: clock.now(), sizeBytes: raw.length };
      sequence += 1;
      enter(await writeMailFile(dir, sequence, mail, raw));
      await makeRoom(boxesOf(mail));
      return mail;
    },
    list: (address, box) => cameTo(`${box}/${address.toLowerCase()}`, box).reverse(),
    find: (id) => files.get(id)?.mail,
    async read(id) {
      const file = files.get(id);
      return file && (await readRaw(dir, file).catch(ifGone));
    },
    mailboxes() {
      const found = new Map<string, Mailbox>();
      for (const key of boxes.keys()) {
        const slash = key.indexOf('/');
        const box = key.slice(0, slash) as Box;
        const address = key.slice(slash + 1);
        const entry = found.get(address) ?? { address, sent: 0, inbox: 0, newestAt: 0 };
        const mails = cameTo(key, box);
        if (mails.length === 0) continue;
        entry[box] = mails.length;
        entry.newestAt = Math.max(entry.newestAt, cameAt(mails.at(-1)!, box));
        found.set(address, entry);
      }
      return [...found.values()].sort((a, b) => b.newestAt - a.newestAt);
    },
    async clear() {
      for (const id of [...files.keys()]) await remove(id);
    },
  };
}

/** Removed between look-up and read. */
function ifGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
