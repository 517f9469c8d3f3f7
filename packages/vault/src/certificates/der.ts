/** The little of DER (X.690) that a certificate needs. Each function returns one complete element. */

function element(tag: number, content: Buffer): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, 0x80 | bytes.length, ...bytes), content]);
}

export const sequence = (...items: Buffer[]): Buffer => element(0x30, Buffer.concat(items));
export const setOf = (item: Buffer): Buffer => element(0x31, item);
export const octets = (content: Buffer): Buffer => element(0x04, content);
export const utf8 = (text: string): Buffer => element(0x0c, Buffer.from(text));
export const trueValue = (): Buffer => element(0x01, Buffer.of(0xff));
export const nothing = (): Buffer => element(0x05, Buffer.alloc(0));
/** `[n]` around a whole element. */
export const tagged = (number: number, content: Buffer): Buffer => element(0xa0 | number, content);
/** `[n] IMPLICIT` of a primitive type. */
export const retagged = (number: number, content: Buffer): Buffer => element(0x80 | number, content);

export const bits = (content: Buffer, unused = 0): Buffer => element(0x03, Buffer.concat([Buffer.of(unused), content]));

/** A positive integer from big-endian bytes. */
export function integer(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  return element(0x02, short[0]! & 0x80 ? Buffer.concat([Buffer.of(0), short]) : short);
}

/** `1.2.840.10045.4.3.2` */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const septets = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    bytes.push(...septets);
  }
  return element(0x06, Buffer.from(bytes));
}

/** UTCTime until 2049, GeneralizedTime from then on (RFC 5280, 4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return at.getUTCFullYear() < 2050
    ? element(0x17, Buffer.from(`${digits.slice(2)}Z`))
    : element(0x18, Buffer.from(`${digits}Z`));
}
