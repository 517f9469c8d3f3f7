import { type MailSlice, RelayError } from '@hikyaku/core';
import type { Claim, ClaimedMessage } from '@hikyaku/db';
import { outlineMail, type WholeMail } from '@hikyaku/mail';
import type { Shrinker } from '../pictures/shrinker.ts';
import type { MemoryRoom } from '../preparation/memory-room.ts';
import { LeaseLost } from '../send/lease-lost.ts';
import { type FittedMail, fitMail } from './fit-mail.ts';
import type { Shrink } from './fit-pictures.ts';
import { planMail, sliceOf } from './fit-slices.ts';

export interface FitterTools {
  shrinker: Shrinker;
  /** For smaller pictures between their making and their sending. */
  pictureRoom: MemoryRoom;
  /** Divides the claim's part; false when the claim is not ours any more. */
  split(part: Claim & { partNumber: number; slices: readonly MailSlice[] }): Promise<boolean>;
}

/** Makes one prepared mail fit what its upstream takes. */
export interface Fitter {
  /** The slice that this part carries; null for a part that carries the whole mail. */
  begin(): Promise<FittedMail | null>;
  /**
   * Of at most `maxSizeBytes`: with smaller pictures, else the first of several mails, the others of which wait as parts of their own. Null when it cannot be made so small.
   * @throws LeaseLost, RelayError `mail.preparation_busy`, what `signal` says when it ends first
   */
  fit(maxSizeBytes: number): Promise<FittedMail | null>;
  /** After the last use of what was fitted. */
  giveBack(): void;
}

type Part = Pick<ClaimedMessage, 'id' | 'fence' | 'tenantId' | 'partNumber' | 'slice'>;

export function createFitter(mail: WholeMail, part: Part, signal: AbortSignal, tools: FitterTools): Fitter {
  let free = (): void => {};
  const takeRoom = (bytes: number): void => {
    free();
    free = tools.pictureRoom.take(bytes) ?? busy();
  };
  const shrink: Shrink = (picture, step) => tools.shrinker.shrink(part.tenantId, picture, step, signal);
  /** The slice that this part carries. */
  let own: FittedMail | null = null;

  return {
    async begin() {
      if (part.slice === null) return null;
      const outline = await outlineMail(mail);
      // No more than its pictures had before.
      takeRoom(mail.sizeBytes);
      own = await sliceOf(mail, outline, part.slice, shrink);
      return own;
    },
    async fit(maxSizeBytes) {
      takeRoom(maxSizeBytes);
      const whole = own ?? mail;
      const outline = await outlineMail(whole);
      const fitted = await fitMail(whole, outline, maxSizeBytes, shrink);
      if (fitted) return { ...fitted, ...(own?.slice ? { slice: own.slice, changes: own.changes } : {}) };
      if (own) return null;
      const slices = await planMail(mail, outline, maxSizeBytes, shrink);
      if (!slices) return null;
      const { id, fence, partNumber } = part;
      if (slices.length > 1 && !(await tools.split({ messageId: id, fence, partNumber, slices })))
        throw new LeaseLost();
      own = await sliceOf(mail, outline, slices[0]!, shrink);
      return own;
    },
    giveBack: () => free(),
  };
}

function busy(): never {
  throw new RelayError('mail.preparation_busy', { internal: 'no room for smaller pictures' });
}
