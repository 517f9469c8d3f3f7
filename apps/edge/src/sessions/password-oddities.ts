import { normalizePassword, type PasswordOddity, UNAMBIGUOUS } from '@hikyaku/core';

/** Our passwords have 16 characters of a 31-letter alphabet (`newPassword`). */
const LENGTH = 16;
const LOOK_ALIKES = '01ilo';

/** What is odd about a password that did not fit, compared with how ours look; nothing of the password itself. Linear; longer ones than 512 are too long. */
export function passwordOddities(typed: string, username: string): PasswordOddity[] {
  const plain = normalizePassword(typed.slice(0, 512));
  if (plain === '') return ['empty'];
  // A form that was saved with what it shows in place of a password.
  if (/^([*•●·])\1+$/u.test(plain)) return ['masked'];
  const found: PasswordOddity[] = [];
  if (plain === username) found.push('is_username');
  if (plain.length < LENGTH) found.push('too_short');
  if (plain.length === 2 * LENGTH && plain.startsWith(plain.slice(LENGTH))) found.push('twice');
  else if (plain.length > LENGTH) found.push('too_long');
  if (isAppPassword(plain)) return [...found, 'app_password'];
  const strange = [...plain].filter((character) => !UNAMBIGUOUS.includes(character));
  // It was compared as if it were not: what fits is taken.
  if ([...typed.slice(0, 512)].some(isFullWidth)) found.push('full_width');
  if (strange.some((character) => LOOK_ALIKES.includes(character))) found.push('look_alikes');
  if (strange.some((character) => !LOOK_ALIKES.includes(character))) found.push('other_characters');
  return found;
}

/** Sixteen letters, as Google, Yahoo, Apple and Microsoft issue them: ours have digits as a rule, and none of the letters that look like one, which six of seven of those have. */
const isAppPassword = (plain: string): boolean => /^[a-z]{16}$/.test(plain) && /[ilo]/.test(plain);

/** Full-width forms of Latin letters and digits, as a Japanese input method writes them. */
function isFullWidth(character: string): boolean {
  const point = character.codePointAt(0)!;
  return point >= 0xff01 && point <= 0xff5e;
}
