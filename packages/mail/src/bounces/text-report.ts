import { type BouncedRecipient, canonicalAddress } from '@hikyaku/core';
import { bounceReason } from './bounce-reason.ts';
import { bouncedRecipient, MAX_RECIPIENTS, statusIn } from './delivery-status.ts';

/** Lines that are looked at: what a server says stands in the first hundred. */
const MAX_LINES = 400;
const MAX_LINE = 500;
/** A server's words stand that many lines below its recipient at most: Exim and Gmail have three, Exchange sixteen of advice before its code. */
const BELOW = 20;
/** Where the copy of the mail begins: addresses below are its own. */
const COPY =
  /^[\s>-]*(?:below this line is a copy|this is a copy of (?:the|your) message|original message(?: headers)?:?[\s-]*$|returned message|message header follows|included is a copy|the header of the original message)/i;
const ADDRESS = /[^\s<>()[\]:;,"']{1,64}@[^\s<>()[\]:;,"']{1,190}/;

/**
 * The recipients that a report names in its text alone, as servers that send no delivery status do: an address, and the server's words
 * behind it or in the lines below.
 */
export function readTextReport(text: string, isFromDaemon: boolean): BouncedRecipient[] {
  const found: BouncedRecipient[] = [];
  let open: { address: string; lines: string[] } | null = null;
  const end = (): void => {
    if (!open) return;
    const text = open.lines.join(' ');
    // Words alone, or a number of three digits, count from a machine that writes reports: people write telephone numbers.
    const status = statusIn(text);
    const isSaid = isFromDaemon
      ? status !== null || bounceReason(null, text) !== 'other'
      : status !== null && !status.endsWith('.0.0');
    const action = status === null ? 'failed' : undefined;
    const recipient = isSaid ? bouncedRecipient({ address: open.address, action, text }) : null;
    const isNew = recipient && !found.some(({ address }) => address === recipient.address);
    if (isNew && found.length < MAX_RECIPIENTS) found.push(recipient);
    open = null;
  };
  for (const whole of text.split('\n', MAX_LINES)) {
    const line = whole.slice(0, MAX_LINE).trim();
    if (COPY.test(line)) break;
    const named = addressAt(line);
    if (named && (open === null || named.isFirst)) {
      // A recipient is often named twice, in a sentence and by itself.
      const isSame = open !== null && (open as { address: string }).address === named.address;
      if (!isSame) end();
      open ??= { address: named.address, lines: [] };
      if (named.rest) open.lines.push(named.rest);
    } else if (open && line) {
      if (open.lines.length < BELOW) open.lines.push(line);
      else end();
    }
  }
  end();
  return found;
}

/** The first address of a line. Only one that the line begins with is surely a recipient: what a server said may name others in its middle. */
function addressAt(line: string): { address: string; rest: string; isFirst: boolean } | null {
  const match = ADDRESS.exec(line);
  const address = match && canonicalAddress(match[0].replace(/\.$/, ''));
  if (!address) return null;
  const isFirst = !/[^\s<"'*(-]/.test(line.slice(0, match.index).replace(/^(?:to|recipient|rcpt to|user):/i, ''));
  return { address, isFirst, rest: line.slice(match.index + match[0].length).replace(/^[>\s:'")]{1,10}/, '') };
}
