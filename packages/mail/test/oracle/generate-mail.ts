import type { MailTruth } from './compare-readings.ts';
import { type Dice, type Fields, throwDice, writeFields } from './dice.ts';
import { partMaker } from './generate-parts.ts';
import { generateSubject } from './generate-subject.ts';
import type { OracleMail } from './run-oracle.ts';

/** A mail as some device might write it, and what it means. The same seed gives the same mail. */
export function generateMail(seed: number): OracleMail {
  const dice = throwDice(seed);
  const { below, oneOf, chance } = dice;
  const truth: MailTruth = { subject: '', lines: [], attachments: [] };
  const make = partMaker(dice, truth);
  const [written, meant] = generateSubject(dice);
  truth.subject = meant;
  const fields: Fields = [
    ['From', oneOf(['cam@device.example', '"Cam 1" <cam@device.example>', 'cam'])],
    ['To', 'ops@example.jp'],
    ['Subject', written],
    ['Date', oneOf(['Fri, 20 Nov 2026 09:30:00 +0900', '2026-11-20 09:30:00'])],
    ...(chance(0.8) ? [['MIME-Version', '1.0'] as [string, string]] : []),
    ...(chance(0.1) ? [['X-Mailer', `cam\n\t${'x '.repeat(below(60))}`] as [string, string]] : []),
  ];
  const mbox = chance(0.03) ? 'From cam Fri Nov 20 09:30:00 2026\n' : '';
  const content = chance(0.25) ? make.text(chance(0.3)) : chance(0.06) ? make.file() : make.multipart(0);
  const text = `${mbox}${writeFields(fields, dice)}${content}`;
  return {
    name: `seed ${seed}`,
    raw: damaged(ended(text, dice), dice),
    truth,
    charset: oneOf([undefined, undefined, 'ja', 'zh', 'ko', 'windows-1251']),
  };
}

/** Line ends of a device: all CRLF, all LF, or some of each; seldom all doubled, or CR alone. */
function ended(text: string, { oneOf, chance }: Dice): Buffer {
  const way = oneOf(['crlf', 'crlf', 'crlf', 'lf', 'mixed']);
  if (chance(0.02)) return Buffer.from(text.replaceAll('\n', '\r\r\n'), 'latin1');
  if (chance(0.02)) return Buffer.from(`${text.replaceAll('\n', '\r')}\r\n`, 'latin1');
  const lines = text.replace(/\n/g, () => (way === 'crlf' || (way === 'mixed' && chance(0.5)) ? '\r\n' : '\n'));
  return Buffer.from(lines, 'latin1');
}

/** One mail in eight is cut, or has bytes that no mail may have. */
function damaged(mail: Buffer, { below, chance }: Dice): Buffer {
  if (chance(0.08)) return mail.subarray(0, Math.floor((mail.length * (50 + below(50))) / 100));
  if (!chance(0.05)) return mail;
  const copy = Buffer.from(mail);
  for (let times = 1 + below(3); times > 0; times--)
    copy[Math.floor((copy.length * (30 + below(70))) / 100)] = [0, 0xff, 0x80, 0x1b][below(4)]!;
  return copy;
}
