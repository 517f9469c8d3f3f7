/** What the attempt's row keeps. */
const MAX_LENGTH = 500;
/** Longer than a GUID or a time, shorter than any token: some services quote the token that they refuse. */
const SECRET_LENGTH = 48;

/** A provider's words as the log may show them: one line, cut, without anything that could be a token. */
export function providerText(text: string | undefined): string | undefined {
  if (!text) return undefined;
  const clean = text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .replace(new RegExp(`[\\w.+/=~-]{${SECRET_LENGTH},}`, 'g'), '[…]')
    .trim();
  return clean ? clean.slice(0, MAX_LENGTH) : undefined;
}
