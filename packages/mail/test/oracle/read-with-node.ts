import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';
import { linesOf, type MailReading, sha256 } from './mail-reading.ts';

export async function readWithMailparser(raw: Buffer): Promise<MailReading> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipImageLinks: true });
  return {
    subject: mail.subject ?? '',
    lines: linesOf([mail.text ?? '', mail.html || '']),
    attachments: mail.attachments.map(({ filename, content }) => ({ name: filename || '', sha256: sha256(content) })),
  };
}

export async function readWithPostalMime(raw: Buffer): Promise<MailReading> {
  const mail = await PostalMime.parse(raw);
  return {
    subject: mail.subject ?? '',
    lines: linesOf([mail.text ?? '', mail.html ?? '']),
    attachments: mail.attachments.map(({ filename, content }) => ({
      name: filename ?? '',
      sha256: sha256(typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content)),
    })),
  };
}
