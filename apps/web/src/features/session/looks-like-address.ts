/** False for what comes of a slip of the finger; the api looks closer. */
export function looksLikeAddress(text: string): boolean {
  const at = text.lastIndexOf('@');
  return at > 0 && text.indexOf('.', at + 2) > 0 && !text.endsWith('.') && !/\s/.test(text);
}
