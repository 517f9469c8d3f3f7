import type { OwnMail } from './send-own-mail.ts';

export type TestWords = Pick<OwnMail, 'subject' | 'text' | 'languages'>;

/** Japanese and English both: the recipient's language is not known. */
const BOTH = { languages: ['ja', 'en'] } as const;

/** Whoever reads it says by one tap that it arrived. */
const ARRIVED_JA = ['届いたことを知らせるには、次のリンクを開いて「届きました」を押してください（14 日間有効）。'];
const ARRIVED_EN = ['To say that it arrived, open this link and press "it arrived" (within 14 days):'];

/** The words of a test of the way that a device's mails take. */
export function deviceTestWords(deviceName: string, link: string): TestWords {
  return {
    ...BOTH,
    subject: `テスト送信 / Test: ${deviceName}`,
    text: [
      `「${deviceName}」の通知が届く経路のテストです。このメールが届いていれば、Hikyaku から宛先までの経路は正常です。`,
      ...ARRIVED_JA,
      link,
      '',
      '機器そのもののテストは、機器の設定画面の「テスト送信」で行ってください。',
      '',
      '――',
      '',
      `This is a test of the way that alerts of "${deviceName}" take. If you can read it, the way from Hikyaku to you works.`,
      ...ARRIVED_EN,
      link,
      '',
      'To test the device itself, press "test" on its own settings page.',
      '',
    ].join('\n'),
  };
}

/** The words of a test of a further sender of a mailbox. */
export function senderTestWords(address: string): TestWords {
  return {
    ...BOTH,
    subject: `差出人のテスト / Test of a sender: ${address}`,
    text: [
      `差出人を ${address} にして送ったテストです。このメールの差出人が ${address} になっていれば、機器の差出人として使えます。`,
      '別のアドレスになっている場合、このアドレスは使えません。メールサービスの設定で、送信に使うアドレスとして登録してください。',
      '',
      `This test was sent as ${address}. If that is the sender that you see, devices can send as it.`,
      'If you see another sender, this address cannot be used yet: add it to the addresses to send from in the settings of your mail service.',
      '',
    ].join('\n'),
  };
}

/** The words of a test of a mailbox alone, which goes to the mailbox itself. */
export function mailboxTestWords(address: string, link: string): TestWords {
  return {
    ...BOTH,
    subject: `テスト送信 / Test: ${address}`,
    text: [
      `${address} からのテスト送信です。このメールが届いていれば、Hikyaku はこのアカウントから送信できます。`,
      ...ARRIVED_JA,
      link,
      '',
      '迷惑メールに入っていた場合は「迷惑メールではない」を選ぶと、次から受信トレイに届きます。',
      '',
      '――',
      '',
      `This is a test mail of ${address}. If you can read it, Hikyaku can send from this mailbox.`,
      ...ARRIVED_EN,
      link,
      '',
      'If you found it among the junk, mark it as "not junk", and the next ones will reach your inbox.',
      '',
    ].join('\n'),
  };
}
