import { eachPart, outlineMail, replacePictures, type WholeMail } from '@hikyaku/mail';
import type { FittedMail } from './fit-mail.ts';
import type { PictureStep, Shrink } from './fit-pictures.ts';

/** A page of small print photographed whole can still be read. */
export const WANTED_STEP: PictureStep = { side: 1600, quality: 75 };
/** A picture of no more is small already: 1,600 pixels at that quality are about as much. */
const LARGE_BYTES = 300 * 1024;

/**
 * The mail with its larger JPEGs smaller, as its device's owner wants it; null when none became so. Never in a mail's way: a picture that cannot be read, comes out no smaller or is
 * not ready in time stays as it came, and so do all when there is no room for them. `takeRoom`: for that many bytes, in place of what was taken before.
 */
export async function wantedPictures(
  mail: WholeMail,
  shrink: Shrink,
  takeRoom: (bytes: number) => boolean,
): Promise<FittedMail | null> {
  if (mail.sizeBytes <= LARGE_BYTES) return null;
  const outline = await outlineMail(mail);
  const large = new Map(outline.parts.filter(isLarge).map(({ index, decodedBytes }) => [index, decodedBytes]));
  // One at a time beside those that are smaller already: never more than all had before.
  if (large.size === 0 || !takeRoom(sum(large.values()))) return null;
  const smaller = new Map<number, Buffer>();
  for await (const { index, bytes } of eachPart(mail, (part) => large.has(part))) {
    const picture = isJpeg(bytes) ? await shrink(bytes, WANTED_STEP).catch(() => null) : null;
    if (picture && picture.length < bytes.length) smaller.set(index, picture);
  }
  takeRoom(sum([...smaller.values()].map(({ length }) => length)));
  if (smaller.size === 0) return null;
  const fitted = await replacePictures(mail, outline, smaller);
  if (fitted.sizeBytes >= mail.sizeBytes) return null;
  return { ...fitted, changes: ['pictures.smaller_wanted'], pictures: new Set(smaller.keys()) };
}

const isLarge = ({ type, decodedBytes }: { type: string; decodedBytes: number }): boolean =>
  type === 'image/jpeg' && decodedBytes > LARGE_BYTES;

const sum = (sizes: Iterable<number>): number => [...sizes].reduce((total, size) => total + size, 0);

/** Some name a PNG so. */
const isJpeg = (bytes: Buffer): boolean => bytes.subarray(0, 3).equals(JPEG_START);
const JPEG_START = Buffer.from([0xff, 0xd8, 0xff]);
