import assert from 'node:assert/strict';

interface SentMail {
  to: string;
  subject: string;
  text: string;
}

/** A mailer that keeps what is sent by it, and what tests look for in that. */
export function keepSentMails() {
  const sent: SentMail[] = [];
  const lastTo = (to: string) => sent.findLast((mail) => mail.to === to);
  return {
    mailer: { send: async (mail: SentMail) => void sent.push(mail), close() {} },
    lastTo,
    /** Of the link in the last mail to that address; `page`: the end of the link's path. */
    tokenTo: (to: string, page = '') =>
      new RegExp(`${page}#token=([\\w-]+)`).exec(lastTo(to)?.text ?? '')?.[1] ?? assert.fail(`no link to ${to}`),
  };
}
