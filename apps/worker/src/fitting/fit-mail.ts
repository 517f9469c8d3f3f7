import { type MailChange, type MailOutline, replacePictures, type WholeMail } from '@hikyaku/mail';
import { isPicture, PICTURE_STEPS, picturesAt, type Shrink } from './fit-pictures.ts';

/** A mail as it is handed over, and what it took to make it so small. */
export interface FittedMail extends WholeMail {
  changes: readonly MailChange[];
  /** The numbers of the parts whose pictures became smaller. */
  pictures: ReadonlySet<number>;
  /** Which of how many it is. */
  slice?: { number: number; of: number };
}

/** A part's field may grow by another file name. */
const HEADER_ROOM = 256;

/** The mail with its pictures no smaller than it needs to be of at most `limit` bytes; null when they cannot make it so small. */
export async function fitMail(
  mail: WholeMail,
  outline: MailOutline,
  limit: number,
  shrink: Shrink,
): Promise<FittedMail | null> {
  const pictures = outline.parts.filter(isPicture);
  const others = mail.sizeBytes - pictures.reduce((sum, { encodedBytes }) => sum + encodedBytes, 0);
  const room = limit - others - pictures.length * HEADER_ROOM;
  if (pictures.length === 0 || room <= 0) return null;
  for (const step of PICTURE_STEPS) {
    const smaller = await picturesAt(mail, outline, step, room, shrink);
    if (!smaller) continue;
    const fitted = await replacePictures(mail, outline, smaller);
    if (fitted.sizeBytes <= limit)
      return { ...fitted, changes: ['pictures.smaller'], pictures: new Set(smaller.keys()) };
  }
  return null;
}
