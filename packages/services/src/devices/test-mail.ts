/** What the test mail is made of. */
export interface TestMailParts {
  deviceName: string;
  from: string;
  recipients: string[];
  /** With angle brackets. */
  messageIdHeader: string;
  now: Date;
}

/** An encoded word holds 75 characters (RFC 2047); 39 bytes of UTF-8 are 52 in base64, and the frame takes 12. */
const WORD_BYTES = 39;

export function testMailSubject(deviceName: string): string {
  return `テスト送信 / Test: ${deviceName}`;
}

/** RFC 5322 bytes, CRLF, Japanese and English: the recipient's language is not known. The worker prepares it like any device's mail. */
export function composeTestMail(parts: TestMailParts): Buffer {
  const text = [
    `「${parts.deviceName}」の通知が届く経路のテストです。このメールが届いていれば、Hikyaku から宛先までの経路は正常です。`,
    '機器そのもののテストは、機器の設定画面の「テスト送信」で行ってください。',
    '',
    `This is a test of the way that alerts of "${parts.deviceName}" take. If you can read it, the way from Hikyaku to you works.`,
    'To test the device itself, press "test" on its own settings page.',
    '',
  ].join('\r\n');
  const body = Buffer.from(text, 'utf8').toString('base64').replace(/.{76}/g, '$&\r\n');
  const lines = [
    `From: <${parts.from}>`,
    `To: ${parts.recipients.join(',\r\n ')}`,
    `Subject: ${encodeWords(testMailSubject(parts.deviceName))}`,
    `Date: ${parts.now.toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: ${parts.messageIdHeader}`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: base64',
    '',
    body,
    '',
  ];
  return Buffer.from(lines.join('\r\n'), 'ascii');
}

function encodeWords(text: string): string {
  const words: string[] = [];
  let word = '';
  for (const character of text) {
    if (Buffer.byteLength(word + character) > WORD_BYTES) {
      words.push(word);
      word = '';
    }
    word += character;
  }
  return [...words, word].map((part) => `=?utf-8?B?${Buffer.from(part, 'utf8').toString('base64')}?=`).join('\r\n ');
}
