import type { SpokenProtocol } from '@hikyaku/core';

/** The first line of what is no mail program, as far as it names itself. */
const FIRST_LINES: readonly [SpokenProtocol, RegExp][] = [
  ['HTTP', /^(?:[A-Z]{3,9} \S{1,2000} HTTP\/\d|PRI \* HTTP\/2)/i],
  ['RTSP', /^[A-Z_]{5,20} \S{1,2000} RTSP\/\d/i],
  ['SIP', /^(?:[A-Z]{3,9} \S{1,2000} SIP\/\d|SIP\/\d)/i],
  ['SSH', /^SSH-\d/],
  ['IMAP', /^(?=[A-Z]{0,11}[\d.])[A-Z\d.]{1,12} (?:CAPABILITY|LOGIN|AUTHENTICATE|ID|SELECT|LOGOUT)(?: |$)/i],
];

/** What a line is the beginning of that is neither SMTP nor POP; null where it does not say. */
export function spokenProtocol(line: string): SpokenProtocol | null {
  return FIRST_LINES.find(([, form]) => form.test(line))?.[0] ?? null;
}
