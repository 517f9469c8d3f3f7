import { newId, newQueueId } from '@hikyaku/core';
import { insertMessages, type NewMessage } from '@hikyaku/db';
import { createContentEncryptor } from '@hikyaku/spool';
import { openContentSealer } from '@hikyaku/vault';
import type { Place, Scene } from './scene.ts';

/** What every picture begins with; one byte behind it tells which it is. */
export const JPEG = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(200, 7)]);

/** As hand-off inserts what a device sent, all in one batch: each mail has a subject and a picture of its own. */
export const arriveAt = (
  scene: Scene,
  place: Place,
  count: number,
  more: Partial<NewMessage> = {},
): Promise<string[]> => arriveAtEach(scene, [place], count, more);

/** The same of several devices together. */
export async function arriveAtEach(
  scene: Scene,
  places: Place[],
  count: number,
  more: Partial<NewMessage> = {},
): Promise<string[]> {
  const mails: NewMessage[] = [];
  for (const place of places) mails.push(...(await mailsOf(scene, place, count, more)));
  await insertMessages(scene.db.system, mails, null);
  return mails.map(({ messageId }) => messageId);
}

async function mailsOf(scene: Scene, place: Place, count: number, more: Partial<NewMessage>): Promise<NewMessage[]> {
  const sealer = openContentSealer(scene.keys.rows);
  const mails: NewMessage[] = [];
  for (let n = 0; n < count; n++) {
    const messageId = newId();
    const recipients = more.recipients ?? ['owner@example.com'];
    const picture = Buffer.concat([JPEG, Buffer.from([n])]).toString('base64');
    const plain = Buffer.from(
      `From: a@b.example\r\nSubject: Motion ${n}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nMotion\r\n--b\r\nContent-Type: image/jpeg\r\nContent-Transfer-Encoding: base64\r\n\r\n${picture}\r\n--b--\r\n`,
    );
    const envelope = { tenantId: place.tenantId, mailFrom: 'a@b.example', recipients };
    const { contentKey, sealed } = sealer.seal(messageId, envelope);
    const encryptor = createContentEncryptor(contentKey, messageId);
    const { object, slices } = await scene.spool.putPack([
      Buffer.concat([...encryptor.push(plain), ...encryptor.end()]),
    ]);
    mails.push({
      ...{ messageId, queueId: newQueueId(), deviceId: place.device.id, mailboxId: place.mailbox.id },
      ...envelope,
      ...{ acceptedAt: Date.now() - 1000 + n, subject: `Motion ${n}`, messageIdHeader: `<${messageId}@mail.local>` },
      ...{ isTest: false, sizeBytes: plain.length, door: 'submission', tls: null, clientAddress: '127.0.0.1' },
      ...{ keySealed: sealed.toString('base64'), spool: { object, ...slices[0]! } },
      ...more,
    } as NewMessage);
  }
  return mails;
}
