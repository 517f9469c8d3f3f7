/** Bytes as text in the charset that the mail names; an unknown charset is read as Latin-1, damaged bytes become U+FFFD. */
export function decodeText(bytes: Uint8Array, charset: string): string {
  try {
    return new TextDecoder(charset || 'utf-8').decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
