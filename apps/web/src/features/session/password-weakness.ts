/** Why a password is guessed early: everybody's, about its owner, or hardly anything in it. A key of the `session` messages. */
export type Weakness = 'weakCommon' | 'weakPersonal' | 'weakSimple';

// What heads every list of guessed passwords, and what people here would add to them.
const COMMON =
  'password passwort passw0rd qwerty qwertyuiop asdfgh asdfghjkl zxcvbn zxcvbnm letmein welcome iloveyou admin administrator monkey dragon sunshine ' +
  'princess football baseball master login abc abcd test testtest user guest root secret changeme computer internet superman batman pokemon ' +
  'doraemon naruto samurai sakura tokyo osaka kyoto yokohama nippon japan camera security hikyaku mail outlook gmail hotmail yahoo';
const COMMON_WORDS = new Set(COMMON.split(' '));
const ROWS = ['01234567890', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm'];
/** Below the length that a form asks for it says so itself. */
const MIN = 8;

/** Null for a password that need not be talked about. `about`: the owner's name and address, as far as they are known. */
export function passwordWeakness(password: string, about: readonly string[]): Weakness | null {
  if (password.length < MIN) return null;
  const plain = password.toLowerCase();
  const letters = plain.replace(/[^a-z]/g, '');
  if (COMMON_WORDS.has(plain) || COMMON_WORDS.has(letters) || isRow(plain)) return 'weakCommon';
  const parts = about.flatMap((text) => text.toLowerCase().split(/[\s@.]/)).filter((part) => part.length > 3);
  if (parts.some((part) => plain.includes(part) && plain.length < part.length + MIN)) return 'weakPersonal';
  return new Set(plain).size < 5 || /^\d{1,11}$/.test(plain) ? 'weakSimple' : null;
}

/** Neighbours on the keyboard or in the alphabet, one way or back. */
function isRow(text: string): boolean {
  const back = [...text].reverse().join('');
  return ROWS.some((row) => row.includes(text) || row.includes(back));
}
