/** The header that we write is a few kilobytes, with a line for each recipient; beyond this it is passed on as it is. */
const MAX_HEADER_BYTES = 256 * 1024;
const BCC = /^bcc:.*\r\n(?:[ \t].*\r\n)*/gim;

/**
 * A mail without its Bcc lines. The APIs read recipients from there and drop them; over SMTP the envelope has them, and many servers would pass
 * the lines on to everybody.
 */
export async function* dropBcc(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const chunk of source) {
    if (!head) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0 && head.length < MAX_HEADER_BYTES) continue;
    yield end < 0 ? head : withoutBcc(head, end + 2);
    head = null;
  }
  if (head?.length) yield withoutBcc(head, head.length);
}

function withoutBcc(bytes: Buffer, headerEnd: number): Buffer {
  const header = bytes.toString('latin1', 0, headerEnd).replace(BCC, '');
  return Buffer.concat([Buffer.from(header, 'latin1'), bytes.subarray(headerEnd)]);
}
