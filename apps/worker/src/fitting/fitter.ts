import { type MailSlice, RelayError } from '@hikyaku/core';
import type { Claim, ClaimedMessage } from '@hikyaku/db';
import { outlineMail, type WholeMail } from '@hikyaku/mail';
import type { Shrinker } from '../pictures/shrinker.ts';
import type { MemoryRoom } from '../preparation/memory-room.ts';
import { LeaseLost } from '../send/lease-lost.ts';
import { type FittedMail, fitMail } from './fit-mail.ts';
import type { Shrink } from './fit-pictures.ts';
import { planMail, SLICE_STEP, sliceOf } from './fit-slices.ts';
import { WANTED_STEP, wantedPictures } from './wanted-pictures.ts';

export interface FitterTools {
  shrinker: Shrinker;
  /** For smaller pictures between their making and their sending. */
  pictureRoom: MemoryRoom;
  /** For all pictures that an owner wants smaller in one mail; those that are not ready then leave as they came. */
  wantedMs: number;
  /** Divides the claim's part; false when the claim is not ours any more. */
  split(part: Claim & { partNumber: number; slices: readonly MailSlice[] }): Promise<boolean>;
}

/** Makes one prepared mail fit what its upstream takes. */
export interface Fitter {
  /** What is to leave at first: the slice that this part carries, or the mail with its pictures as the owner wants them; null for the mail as it is. */
  begin(): Promise<FittedMail | null>;
  /**
   * Of at most `maxSizeBytes`: with smaller pictures, else the first of several mails, the others of which wait as parts of their own. Null when it cannot be made so small.
   * @throws LeaseLost, RelayError `mail.preparation_busy`, what `signal` says when it ends first
   */
  fit(maxSizeBytes: number): Promise<FittedMail | null>;
  /** After the last use of what was fitted. */
  giveBack(): void;
}

type Part = Pick<ClaimedMessage, 'id' | 'fence' | 'tenantId' | 'partNumber' | 'slice' | 'smallerPictures'>;

export function createFitter(mail: WholeMail, part: Part, signal: AbortSignal, tools: FitterTools): Fitter {
  const pictureRoom = holdRoom(tools.pictureRoom);
  /** Beside it: what was made as the owner wants it may have to be fitted. */
  const wantedRoom = holdRoom(tools.pictureRoom);
  const takeRoom = (bytes: number): void => {
    if (!pictureRoom.take(bytes)) busy();
  };
  const shrinkUntil =
    (end: AbortSignal): Shrink =>
    (picture, step) =>
      tools.shrinker.shrink(part.tenantId, picture, step, end);
  const shrink = shrinkUntil(signal);
  const sliceStep = part.smallerPictures ? WANTED_STEP : SLICE_STEP;
  /** The slice that this part carries. */
  let own: FittedMail | null = null;
  /** The whole mail, its pictures as the owner wants them. */
  let wanted: FittedMail | null = null;
  const makeWanted = async (): Promise<FittedMail | null> => {
    const soon = AbortSignal.any([signal, AbortSignal.timeout(tools.wantedMs)]);
    // What cannot be read so cannot be read as it is either, and says so when it is sent.
    return wantedPictures(mail, shrinkUntil(soon), wantedRoom.take).catch(() => null);
  };

  return {
    async begin() {
      if (part.slice === null) {
        wanted = part.smallerPictures ? await makeWanted() : null;
        return wanted;
      }
      const outline = await outlineMail(mail);
      // No more than its pictures had before.
      takeRoom(mail.sizeBytes);
      own = await sliceOf(mail, outline, part.slice, shrink, sliceStep);
      return own;
    },
    async fit(maxSizeBytes) {
      takeRoom(maxSizeBytes);
      const whole = own ?? wanted ?? mail;
      const outline = await outlineMail(whole);
      const fitted = await fitMail(whole, outline, maxSizeBytes, shrink);
      if (fitted && wanted) return both(wanted, fitted);
      if (fitted) return { ...fitted, ...(own?.slice ? { slice: own.slice, changes: own.changes } : {}) };
      if (own) return null;
      // Slices are of the mail as it came: a later part may find other pictures made smaller, or none.
      const asCame = wanted ? await outlineMail(mail) : outline;
      const slices = await planMail(mail, asCame, maxSizeBytes, shrink, sliceStep);
      if (!slices) return null;
      const { id, fence, partNumber } = part;
      if (slices.length > 1 && !(await tools.split({ messageId: id, fence, partNumber, slices })))
        throw new LeaseLost();
      own = await sliceOf(mail, asCame, slices[0]!, shrink, sliceStep);
      return own;
    },
    giveBack() {
      pictureRoom.take(0);
      wantedRoom.take(0);
    },
  };
}

/** What was fitted of what the owner wanted smaller: the same parts. */
const both = (wanted: FittedMail, fitted: FittedMail): FittedMail => ({
  ...fitted,
  changes: [...wanted.changes, ...fitted.changes],
  pictures: new Set([...wanted.pictures, ...fitted.pictures]),
});

/** Room that one mail has; taking gives back what it had before. */
function holdRoom(room: MemoryRoom): { take(bytes: number): boolean } {
  let free = (): void => {};
  return {
    take(bytes) {
      free();
      const taken = room.take(bytes);
      free = taken ?? (() => {});
      return taken !== null;
    },
  };
}

function busy(): never {
  throw new RelayError('mail.preparation_busy', { internal: 'no room for smaller pictures' });
}
