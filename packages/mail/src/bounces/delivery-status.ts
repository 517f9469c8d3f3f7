import { type BouncedRecipient, canonicalAddress } from '@hikyaku/core';
import { cleanText, cutText } from '../reading/clean-text.ts';
import { bounceReason } from './bounce-reason.ts';

/** Recipients that are read of one report: a mail has a handful, and a list of hundreds says nothing new. */
export const MAX_RECIPIENTS = 20;
/** Characters that are kept of what a server said. */
const MAX_TEXT = 300;
/** Characters in which its code is looked for: twenty lines of prose. */
const MAX_SAID = 2000;
/** Lines of the part: twenty recipients have two hundred. */
const MAX_LINES = 2000;
const FIELD = /^([A-Za-z-]{1,40}):(.*)$/;
/** An enhanced code at a value's beginning, or a word of a text. */
const ENHANCED = /(?:^|[\s#(:;-])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)/;
const REPLY = /(?:^|[\s:;'"])([45])\d\d[ :-]/;

/** The enhanced code in a text, or the class of its reply code: `5.0.0` of "550 unknown user". Null when it has neither. */
export function statusIn(text: string): string | null {
  const near = text.slice(0, MAX_SAID);
  const enhanced = ENHANCED.exec(near)?.[1];
  if (enhanced) return enhanced;
  const reply = REPLY.exec(near)?.[1];
  return reply ? `${reply}.0.0` : null;
}

/** What a server said from its code on: what stands before is a report's own prose. */
function fromCode(said: string): string {
  const text = cleanText(said.slice(0, MAX_SAID));
  const at = text.length > MAX_TEXT ? (REPLY.exec(text) ?? ENHANCED.exec(text))?.index : undefined;
  return cutText(at === undefined ? text : text.slice(at + 1), MAX_TEXT);
}

/** One recipient of a report, from what was read of it. Null where it was delivered, or nothing says that it was not. */
export function bouncedRecipient(read: {
  address: string;
  action?: string | undefined;
  status?: string | undefined;
  text?: string | undefined;
}): BouncedRecipient | null {
  const text = read.text ? fromCode(read.text) : null;
  const named = read.status ? statusIn(read.status) : null;
  const said = read.text ? statusIn(read.text) : null;
  // What the server there said is more exact than a bare class.
  const status = (named && !/\.0\.0$/.test(named) ? named : (said ?? named)) || null;
  const action = actionOf(read.action, status);
  if (action === null) return null;
  return {
    address: canonicalAddress(read.address),
    action,
    status,
    reason: bounceReason(status, read.text ?? null),
    text,
  };
}

function actionOf(said: string | undefined, status: string | null): 'failed' | 'delayed' | null {
  const word = said?.trim().toLowerCase() ?? '';
  if (word.startsWith('failed')) return 'failed';
  if (word.startsWith('delayed')) return 'delayed';
  // Delivered, relayed, expanded: no bounce.
  if (word !== '' || status === null) return null;
  return status.startsWith('5') ? 'failed' : status.startsWith('4') ? 'delayed' : null;
}

/** The recipients of a `message/delivery-status` (RFC 3464, 2.3), its text with one byte a character. */
export function readDeliveryStatus(content: string): BouncedRecipient[] {
  const found: BouncedRecipient[] = [];
  let fields = new Map<string, string>();
  let last = '';
  const end = (): void => {
    const written = fields.get('original-recipient') ?? fields.get('final-recipient');
    const recipient = written === undefined ? null : recipientOf(fields);
    if (recipient && found.length < MAX_RECIPIENTS) found.push(recipient);
    fields = new Map();
    last = '';
  };
  for (const line of content.split('\n', MAX_LINES)) {
    const text = line.slice(0, 1000).trimEnd();
    const field = FIELD.exec(text);
    if (text === '') end();
    else if (field) {
      last = field[1]!.toLowerCase();
      if (!fields.has(last)) fields.set(last, field[2]!.trim());
    } else if (/^[ \t]/.test(text) && last) {
      const soFar = fields.get(last)!;
      if (soFar.length < 1000) fields.set(last, `${soFar} ${text.trim()}`);
    }
  }
  end();
  return found;
}

function recipientOf(fields: Map<string, string>): BouncedRecipient | null {
  const utf8 = (name: string): string | undefined => {
    const value = fields.get(name);
    return value === undefined ? undefined : Buffer.from(value, 'latin1').toString();
  };
  const addresses = ['original-recipient', 'final-recipient'].map((name) => typed(utf8(name) ?? ''));
  return bouncedRecipient({
    address: addresses.find((address) => canonicalAddress(address) !== null) ?? '',
    action: utf8('action'),
    status: utf8('status'),
    text: typed(utf8('diagnostic-code') ?? ''),
  });
}

/** What stands behind a type: `rfc822; <taro@example.jp>`, `smtp; 550 5.1.1 …`. */
function typed(value: string): string {
  const behind = /^[A-Za-z0-9-]{1,20}[ \t]*;(.*)$/s.exec(value)?.[1] ?? value;
  const text = behind.trim();
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}
