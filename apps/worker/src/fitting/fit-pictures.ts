import { base64Lines, eachPart, type MailOutline, type WholeMail } from '@hikyaku/mail';
import type { PictureStep } from '../pictures/shrink-picture.ts';

export type { PictureStep };

/** From hardly to be told from the original to still legible; every one is tried until the mail fits. */
export const PICTURE_STEPS: readonly PictureStep[] = [
  { side: 2560, quality: 80 },
  { side: 1920, quality: 75 },
  { side: 1600, quality: 70 },
  { side: 1280, quality: 60 },
];

/** A smaller one is a picture already as it has to be; a process is not asked for it. */
const WORTH_BYTES = 32 * 1024;

/** Makes one picture smaller; null when it cannot be read. */
export type Shrink = (picture: Buffer, step: PictureStep) => Promise<Buffer | null>;

/**
 * The pictures of a mail at one step, by their parts' numbers: those that became smaller by it. Null as soon as they, with the others, take more than `room` bytes in base64;
 * no more than that is held.
 */
export async function picturesAt(
  mail: WholeMail,
  { parts }: Pick<MailOutline, 'parts'>,
  step: PictureStep,
  room: number,
  shrink: Shrink,
): Promise<Map<number, Buffer> | null> {
  const sizes = new Map(parts.filter(isPicture).map(({ index, encodedBytes }) => [index, encodedBytes]));
  const smaller = new Map<number, Buffer>();
  let used = 0;
  for await (const { index, bytes } of eachPart(mail, (part) => sizes.has(part))) {
    const picture = bytes.length > WORTH_BYTES ? await shrink(bytes, step) : null;
    const isSmaller = picture !== null && picture.length < bytes.length;
    if (isSmaller) smaller.set(index, picture);
    used += isSmaller ? base64Lines(picture.length) : sizes.get(index)!;
    if (used > room) return null;
  }
  return smaller;
}

/** Of a kind that can become a smaller JPEG; a GIF moves, and an SVG is a text. */
export const isPicture = ({ type }: { type: string }): boolean => /^image\/(?:jpeg|png|tiff|webp)$/.test(type);
