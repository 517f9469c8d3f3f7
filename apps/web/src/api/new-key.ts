/** A UUID of version 4. `crypto.randomUUID` is not there on a page without https, as in a household. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** The same key for the same asking, as long as nothing of it changes: an answer that was lost is had by asking again. */
export function keyOfAsking(): (asked: unknown) => string {
  let last = { asked: '', key: '' };
  return (asked) => {
    const text = JSON.stringify(asked);
    if (text !== last.asked) last = { asked: text, key: newKey() };
    return last.key;
  };
}
