import { ERROR_TABLE, RelayError } from '@hikyaku/core';
import type { DigestMail } from '@hikyaku/db';
import { type Picture, takePicture } from '@hikyaku/mail';
import { decryptContent, type SpoolStore } from '@hikyaku/spool';
import type { Logger } from '@hikyaku/telemetry';
import type { ContentOpener } from '@hikyaku/vault';

/**
 * The first picture of a mail that has at most `maxBytes`. A mail that does not open says so in its own story, should it ever leave by itself: the digest goes without its picture.
 * @throws RelayError where it may be read later (a disk that is away, a key that is missing): a digest is all that is kept of its mails
 */
export async function pictureOf(
  mail: DigestMail,
  tenantId: string,
  maxBytes: number,
  tools: { contentOpener: ContentOpener; spool: SpoolStore; logger: Logger },
): Promise<Picture | null> {
  const { id, contentId, keySealed, spoolObject, spoolOffset, spoolLength, mailFrom, recipients } = mail;
  if (!keySealed || spoolObject === null || spoolOffset === null || spoolLength === null) return null;
  try {
    const key = tools.contentOpener.open(contentId, keySealed, { tenantId, mailFrom, recipients });
    return await takePicture(
      decryptContent(key, contentId, tools.spool.read(spoolObject, spoolOffset, spoolLength)),
      maxBytes,
    );
  } catch (error) {
    if (error instanceof RelayError && ERROR_TABLE[error.code].job === 'retry') throw error;
    tools.logger.warn({ event: 'digest.no_picture', messageId: id, err: error });
    return null;
  }
}
