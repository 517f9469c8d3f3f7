import type { MailSlice } from '@hikyaku/core';
import {
  eachPart,
  type MailOutline,
  planSlices,
  sliceBeginning,
  sliceFiles,
  sliceMail,
  type WholeMail,
} from '@hikyaku/mail';
import type { FittedMail } from './fit-mail.ts';
import { isPicture, type PictureStep, type Shrink } from './fit-pictures.ts';

/** In parts a mail has room: its pictures stay as large as a screen. */
export const SLICE_STEP: PictureStep = { side: 1920, quality: 75 };
/** What is said of files that were cut, and the end. */
const NOTE_ROOM = 4096;

/** How a mail leaves in several of at most `limit` bytes; null when it cannot. Its pictures at `step`. Goes through its pictures, and keeps their sizes alone. */
export async function planMail(
  mail: WholeMail,
  outline: MailOutline,
  limit: number,
  shrink: Shrink,
  step: PictureStep,
): Promise<MailSlice[] | null> {
  if (!outline.isWhole) return null;
  const smaller = new Map<number, number>();
  const pictures = new Set(outline.parts.filter(isPicture).map(({ index }) => index));
  for await (const { index, bytes } of eachPart(mail, (part) => pictures.has(part))) {
    const picture = await shrink(bytes, step);
    if (picture && picture.length < bytes.length) smaller.set(index, picture.length);
  }
  const files = sliceFiles(outline);
  const [first, others] = [1, 2].map(
    (number) => limit - NOTE_ROOM - sliceBeginning(outline, { number, of: 2 }, []).length,
  );
  const planned = files.map(({ index, bytes }) => ({ bytes, smallerBytes: smaller.get(index) }));
  return planSlices(planned, { first: first!, others: others! });
}

/** One of the mails that a mail becomes, its pictures as `planMail` counted on. */
export async function sliceOf(
  mail: WholeMail,
  outline: MailOutline,
  slice: MailSlice,
  shrink: Shrink,
  step: PictureStep,
): Promise<FittedMail> {
  const isWanted = pictureIn(outline, slice);
  const pictures = new Map<number, Buffer>();
  for await (const { index, bytes } of eachPart(mail, isWanted)) {
    const picture = await shrink(bytes, step);
    if (picture && picture.length < bytes.length) pictures.set(index, picture);
  }
  const part = await sliceMail(mail, outline, slice, pictures);
  const { number, of } = slice;
  return {
    ...part,
    changes: [...(pictures.size ? (['pictures.smaller'] as const) : []), 'mail.in_parts'],
    pictures: new Set(pictures.keys()),
    slice: { number, of },
  };
}

/** Pictures that are whole in a slice. */
function pictureIn(outline: MailOutline, { from, to }: MailSlice): (index: number) => boolean {
  const places = new Map(sliceFiles(outline).map(({ index }, place) => [index, place]));
  const wanted = outline.parts.filter(isPicture).map(({ index }) => index);
  const isWhole = (place: number): boolean =>
    place < to.file && (place > from.file || (place === from.file && from.byte === 0));
  return (index) => wanted.includes(index) && isWhole(places.get(index) ?? -1);
}
