import { normalizePassword, normalizeUsername } from '@hikyaku/core';

/** Base64 of eight letters at the least. */
const BASE64 = /^[A-Za-z0-9+/]{11,100}={0,2}$/;
const OUR_NAME = /^[a-z][a-z2-9]{7,9}$/;
const OUR_PASSWORD = /^[a-z2-9]{16}$/;

/**
 * A login as it was meant: some owners fill their device's form as guides for trying a server by hand say, with name or password in base64, and some firmware encodes twice. What decodes to
 * the form of one of ours cannot be one itself: it is longer.
 */
export function asMeant<T extends { username: string; password?: string | null }>(login: T): T {
  const { username, password } = login;
  const name = decoded(username, (text) => OUR_NAME.test(normalizeUsername(text)));
  const word = password ? decoded(password, (text) => OUR_PASSWORD.test(normalizePassword(text))) : password;
  return name === username && word === password ? login : { ...login, username: name, password: word };
}

/** The text, or what it is the base64 of where that is what is looked for. */
function decoded(text: string, isIt: (text: string) => boolean): string {
  if (!BASE64.test(text.trim())) return text;
  const inner = Buffer.from(text.trim(), 'base64').toString('latin1');
  return isIt(inner) ? inner : text;
}
