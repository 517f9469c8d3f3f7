import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DataParser } from '../src/smtp/data-parser.ts';

/** Bytes as strangers send them: noise, and pieces of the protocol. */
const piece = fc.oneof(
  fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
  fc.constantFrom(
    '\r\n',
    '\n',
    '\r',
    '.',
    '\r\n.\r\n',
    '\n.\n',
    '..',
    'DATA\r\n',
    'EHLO x\r\n',
    'RSET\n',
    '\0',
    '\x16\x03\x01',
    '\x80\x2e\x01\x03',
    'x'.repeat(300),
  ),
);
const wire = fc.array(piece, { maxLength: 30 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1'));

interface Heard {
  commands: string[];
  mails: string[];
  isTls: boolean;
}

/** What the parser makes of the bytes, cut into chunks; `DATA` alone on a line begins a mail. */
function hear(bytes: Buffer, cuts: readonly number[], isSlow: boolean): Promise<Heard> {
  const heard: Heard = { commands: [], mails: [], isTls: false };
  const parser = new DataParser();
  const later = () => new Promise<void>((resolve) => setImmediate(resolve));
  parser.onClientHello = () => {
    heard.isTls = true;
  };
  parser.oncommand = (line, resume) => {
    heard.commands.push(line.toString('latin1'));
    if (line.toString('latin1') === 'DATA') {
      let mail = '';
      parser.receive({
        isWhole: false,
        write: (part) => {
          mail += part.toString('latin1');
          return isSlow ? later() : undefined;
        },
        end: async () => {
          if (isSlow) await later();
          heard.mails.push(mail);
        },
        abort: () => {},
      });
    }
    if (isSlow) void later().then(() => resume?.());
    else resume?.();
  };
  return new Promise((resolve, reject) => {
    parser.on('error', reject);
    parser.on('finish', () => resolve(heard));
    const edges = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
    let from = 0;
    for (const edge of [...edges, bytes.length]) {
      if (edge > from) parser.write(bytes.subarray(from, edge));
      from = edge;
    }
    parser.end();
  });
}

test('whatever is sent, and however it is cut, is heard as the same commands and mails; nothing hangs, nothing throws', async () => {
  await fc.assert(
    fc.asyncProperty(wire, fc.array(fc.nat(400), { maxLength: 12 }), fc.boolean(), async (bytes, cuts, isSlow) => {
      assert.deepEqual(await hear(bytes, cuts, isSlow), await hear(bytes, [], false));
    }),
    { numRuns: 600 },
  );
});

test('no byte of a mail is heard as a command before CRLF . CRLF', async () => {
  await fc.assert(
    fc.asyncProperty(wire, fc.array(fc.nat(400), { maxLength: 8 }), async (body, cuts) => {
      const bytes = Buffer.concat([Buffer.from('DATA\r\n'), body, Buffer.from('\r\n.\r\nNOOP\r\n')]);
      const { commands, mails } = await hear(bytes, cuts, false);
      const content = `\r\n${body.toString('latin1')}\r\n.\r\n`;
      const end = content.indexOf('\r\n.\r\n');
      assert.equal(commands[0], 'DATA');
      assert.equal(mails[0], content.slice(2, end + 2).replace(/(^|\n)\.\./g, '$1.'));
    }),
    { numRuns: 400 },
  );
});
