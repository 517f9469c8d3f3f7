export interface Command {
  /** In capitals; '' where the line begins with no word. */
  verb: string;
  rest: string;
}

/** Words that some firmware writes as one, or as two, and where the verb ends. */
const MISSPELT: readonly [RegExp, verb: string, before: string][] = [
  [/^AUTH(?:ENTICATE)?(?:[\s=:_-]+(?=\S)|(?=LOGIN\b|PLAIN\b))/i, 'AUTH', ''],
  [/^MAILFROM\b/i, 'MAIL', 'FROM'],
  [/^RCPTTO\b/i, 'RCPT', 'TO'],
  [/^START\s+TLS\b/i, 'STARTTLS', ''],
  [/^EHLO(?=[\w[])/i, 'EHLO', ''],
  [/^HELO(?=[\w[])/i, 'HELO', ''],
];

/** As mechanisms are named (RFC 4422): a short word of one case, but for a capital; or with a hyphen, which neither base64 nor our passwords have. */
const MECHANISM = /^(?:[A-Z_]{1,11}\d?|[A-Z]?[a-z_]{1,11}\d?|(?=[\w-]{3,20}$)[A-Za-z]+(?:-\w+)+)$/;

/** False for what may be an answer that came without a mechanism, and with it a password: a record must not show it. */
export const isMechanismName = (word: string): boolean => MECHANISM.test(word) || /^(?:LOGIN|PLAIN|NTLM)$/i.test(word);

/** The command of a line. Case and blanks do not count (H7), nor a colon behind its verb; `AUTH=LOGIN` is AUTH (A3), and so are `AUTHLOGIN` and the like. */
export function readCommand(line: string): Command {
  const text = line.trim();
  for (const [beginning, verb, before] of MISSPELT) {
    const [found] = beginning.exec(text) ?? [];
    if (found !== undefined) return { verb, rest: `${before}${text.slice(found.length)}`.trim() };
  }
  const [, verb = '', rest = ''] = /^([A-Za-z]+)(?:[\s=:]+(.*))?$/s.exec(text) ?? [];
  return { verb: verb.toUpperCase(), rest: rest.trim() };
}
