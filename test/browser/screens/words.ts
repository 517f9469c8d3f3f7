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
