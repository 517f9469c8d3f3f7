import type { MessageDetail } from '@hikyaku/contracts';

/** What our own transports write beside `upstream.too_large`. */
const SIZES = /^(\d{1,12}) of (\d{1,12}) bytes$/;

/** How large a mail was when it was to be sent, and what is taken there, in bytes; null where the provider gave no numbers. */
export function toldSizes({ parts }: Pick<MessageDetail, 'parts'>): { size: number; limit: number } | null {
  for (const { attempts } of parts.toReversed()) {
    for (const { text } of attempts.toReversed()) {
      const [, size, limit] = SIZES.exec(text ?? '') ?? [];
      if (size && limit) return { size: Number(size), limit: Number(limit) };
    }
  }
  return null;
}
