import type { SmtpPreset } from './smtp-preset.ts';

const TLS_465 = { port: 465, security: 'tls' } as const;
const STARTTLS_587 = { port: 587, security: 'starttls' } as const;
const STARTTLS_2525 = { port: 2525, security: 'starttls' } as const;
const STARTTLS_25 = { port: 25, security: 'starttls' } as const;

/**
 * Mail services that take mail by SMTP with a user name and a password, those of households first; the last is everybody's own.
 * Only what somebody has read at the service or seen working stands here: facts of providers, section 4, and what is named beside each.
 */
export const smtpPresets: readonly SmtpPreset[] = [
  {
    // Yahoo Japan's help asks to switch access of other mail programs on (H000014864); its own EHLO offers no STARTTLS at 587.
    id: 'yahoo-japan',
    name: { ja: 'Yahoo!メール（yahoo.co.jp）', en: 'Yahoo! JAPAN Mail' },
    host: 'smtp.mail.yahoo.co.jp',
    ports: [TLS_465],
    username: 'local_part',
    password: 'own',
    domains: ['yahoo.co.jp', 'ymail.ne.jp', 'yahoo.ne.jp'],
    notes: [
      {
        ja: '先に Yahoo!メールの設定で、ほかのメールソフトからのアクセス（IMAP・POP・SMTP）を有効にしてください。',
        en: 'First allow other mail programs (IMAP, POP, SMTP) in the settings of Yahoo! JAPAN Mail.',
      },
    ],
    evidence: 'reports',
  },
  {
    id: 'yahoo',
    name: { ja: 'Yahoo Mail（yahoo.com）', en: 'Yahoo Mail' },
    host: 'smtp.mail.yahoo.com',
    ports: [TLS_465, STARTTLS_587],
    username: 'address',
    password: 'app',
    // As Thunderbird's catalogue has them.
    domains: [
      'yahoo.com',
      'yahoo.co.uk',
      'yahoo.de',
      'yahoo.fr',
      'yahoo.it',
      'yahoo.es',
      'yahoo.se',
      'yahoo.com.au',
      'yahoo.co.nz',
      'yahoo.com.ar',
      'yahoo.com.br',
      'yahoo.com.mx',
      'ymail.com',
      'rocketmail.com',
    ],
    notes: [
      {
        ja: 'アプリパスワードは、Yahoo のアカウントセキュリティの画面で作ります。16 文字で、一度しか表示されません。',
        en: 'Make the app password on Yahoo’s “Account security” page. It has 16 letters and is shown once.',
      },
      {
        ja: 'Yahoo のパスワードを変えても、アプリパスワードは削除するまで使えます。',
        en: 'It goes on working after a change of your Yahoo password, until you delete it.',
      },
      { ja: '送れるのは 1 日 500 通ほどまでです。', en: 'About 500 mails a day can be sent.' },
    ],
    evidence: 'reports',
  },
  {
    id: 'icloud',
    name: { ja: 'iCloud メール', en: 'iCloud Mail' },
    host: 'smtp.mail.me.com',
    ports: [STARTTLS_587],
    username: 'address',
    password: 'app',
    domains: ['icloud.com', 'me.com', 'mac.com'],
    notes: [
      {
        ja: 'アプリ用パスワードは、Apple アカウントの「サインインとセキュリティ」で作ります。2 ファクタ認証が必要です。',
        en: 'Make the app-specific password under “Sign-In and Security” of your Apple account. It needs two-factor authentication.',
      },
    ],
    evidence: 'reports',
  },
  {
    id: 'gmail',
    name: { ja: 'Gmail（アプリパスワード）', en: 'Gmail with an app password' },
    host: 'smtp.gmail.com',
    ports: [TLS_465, STARTTLS_587],
    username: 'address',
    password: 'app',
    domains: ['gmail.com', 'googlemail.com'],
    notes: [
      {
        ja: 'メールアカウントのページの「Gmail」ボタンのほうが簡単で、パスワードもいりません。',
        en: 'The “Gmail” button on the page of mailboxes is simpler and needs no password.',
      },
      {
        ja: 'アプリパスワードには 2 段階認証が必要です。Google のパスワードを変えると無効になります。',
        en: 'An app password needs 2-Step Verification, and ends when the Google password is changed.',
      },
      { ja: '送れるのは 1 日 500 通までです。', en: '500 mails a day can be sent.' },
    ],
    evidence: 'reports',
  },
  {
    // As in Thunderbird's catalogue.
    id: 'ocn',
    name: { ja: 'OCN', en: 'OCN' },
    host: 'smtp.ocn.ne.jp',
    ports: [TLS_465],
    username: 'address',
    password: 'own',
    domains: ['ocn.ne.jp'],
    notes: [
      {
        ja: 'OCN のメールパスワードです。インターネット接続用のパスワードとは別のものです。',
        en: 'The password of the mail address, not the one of the internet connection.',
      },
    ],
    evidence: 'reports',
  },
  {
    id: 'so-net',
    name: { ja: 'So-net', en: 'So-net' },
    host: 'mail.so-net.ne.jp',
    ports: [STARTTLS_587],
    username: 'address',
    password: 'own',
    domains: ['so-net.ne.jp'],
    notes: [{ ja: 'So-net のメールパスワードです。', en: 'The password of the So-net mail address.' }],
    evidence: 'reports',
  },
  {
    // sakura.ad.jp, 16 October 2006 (port 587); internetcom.jp, 27 March 2014 (the filter, on by default).
    id: 'sakura',
    name: { ja: 'さくらのレンタルサーバ', en: 'Sakura rental server' },
    host: null,
    hostExample: 'example.sakura.ne.jp',
    hostDomain: 'sakura.ne.jp',
    ports: [STARTTLS_587],
    username: 'address',
    password: 'own',
    domains: [],
    notes: [
      {
        ja: 'サーバー名は、初期ドメイン（〇〇.sakura.ne.jp）です。独自ドメインの名前では、証明書が合わないことがあります。',
        en: 'The server is your initial domain (….sakura.ne.jp). Under your own domain the certificate may not fit.',
      },
      {
        ja: 'リレーが国外にあるときは、コントロールパネルの「国外IPアドレスフィルタ」を無効にしてください。',
        en: 'If this relay runs outside Japan, switch the “国外IPアドレスフィルタ” off in the control panel.',
      },
    ],
    evidence: 'documents',
  },
  {
    // xserver.ne.jp's help on mail that cannot be sent, and its customers' copies of the settings table.
    id: 'xserver',
    name: { ja: 'エックスサーバー', en: 'Xserver' },
    host: null,
    hostExample: 'sv1234.xserver.jp',
    hostDomain: 'xserver.jp',
    ports: [TLS_465, STARTTLS_587],
    username: 'address',
    password: 'own',
    domains: [],
    notes: [
      {
        ja: 'サーバー名は、サーバーパネルの「サーバー情報」にあるホスト名です。',
        en: 'The server’s name is the host name under “サーバー情報” in the server panel.',
      },
      {
        ja: 'リレーが国外にあるときは、サーバーパネルの「SMTP認証の国外アクセス制限設定」を OFF にしてください。',
        en: 'If this relay runs outside Japan, switch “SMTP認証の国外アクセス制限設定” off in the server panel.',
      },
    ],
    evidence: 'documents',
  },
  {
    // docs.aws.amazon.com/ses: smtp-connect, smtp-credentials, send-email-smtp. Its 2465 and 2587 are none of the ports that are dialled.
    id: 'amazon-ses',
    name: { ja: 'Amazon SES', en: 'Amazon SES' },
    host: null,
    hostExample: 'email-smtp.ap-northeast-1.amazonaws.com',
    hostDomain: 'amazonaws.com',
    ports: [TLS_465, STARTTLS_587, STARTTLS_25],
    username: 'issued',
    password: 'issued',
    domains: [],
    notes: [
      {
        ja: 'ユーザー名とパスワードは、SES の画面で発行する「SMTP 認証情報」です。AWS のアクセスキーとは別で、リージョンごとに異なります。',
        en: 'User name and password are the “SMTP credentials” made in the SES console: not AWS access keys, and others in each region.',
      },
      {
        ja: '送信元のアドレスかドメインを、先に SES で検証しておいてください。',
        en: 'Verify the sender’s address or domain in SES first.',
      },
    ],
    evidence: 'documents',
  },
  {
    // developers.smtp2go.com/docs/smtp-relay
    id: 'smtp2go',
    name: { ja: 'SMTP2GO', en: 'SMTP2GO' },
    host: 'mail.smtp2go.com',
    ports: [TLS_465, STARTTLS_587, STARTTLS_2525, STARTTLS_25],
    username: 'issued',
    password: 'issued',
    domains: [],
    notes: [
      {
        ja: 'ユーザー名とパスワードは、「Sending」→「SMTP Users」で作ったものです。',
        en: 'User name and password are those of an “SMTP User” (under “Sending”).',
      },
      {
        ja: '送信元のアドレスかドメインを、先に「Verified Senders」で登録しておいてください。',
        en: 'Add the sender’s address or domain under “Verified Senders” first.',
      },
    ],
    evidence: 'documents',
  },
  {
    // learn.microsoft.com/azure/communication-services: quickstarts/email/send-email-smtp
    id: 'azure-communication-services',
    name: { ja: 'Azure Communication Services', en: 'Azure Communication Services' },
    host: 'smtp.azurecomm.net',
    ports: [STARTTLS_587],
    username: 'issued',
    password: 'issued',
    domains: [],
    notes: [
      {
        ja: 'ユーザー名は Communication Services で作った「SMTP Username」、パスワードはそれに結び付けた Entra アプリのクライアント シークレットです。',
        en: 'The user name is the “SMTP Username” of the Communication Services resource, the password a client secret of the Entra application behind it.',
      },
      {
        ja: 'シークレットには期限があります。期限が切れると、作り直して入れ直すまで送れません。',
        en: 'The secret has an end; after it nothing can be sent until a new one is entered here.',
      },
    ],
    evidence: 'documents',
  },
  {
    // Microsoft's High Volume Email: smtp-hve.office365.com is its older name.
    id: 'microsoft-hve',
    name: { ja: 'Microsoft 365 大量メール（HVE）', en: 'Microsoft 365 High Volume Email' },
    host: 'smtp.hve.mx.microsoft',
    ports: [STARTTLS_587],
    username: 'address',
    password: 'own',
    domains: [],
    notes: [
      {
        ja: '届くのは、自分の組織の中の宛先だけです。',
        en: 'It reaches recipients inside your own organization only.',
      },
      {
        ja: '1 通は 10 MB、宛先は 50 件までです。',
        en: 'A mail may have 10 MB and 50 recipients.',
      },
    ],
    evidence: 'reports',
  },
  {
    id: 'own-server',
    name: { ja: 'そのほか・自分のサーバー', en: 'Another provider, or a server of your own' },
    host: null,
    hostExample: 'mail.example.com',
    ports: [TLS_465, STARTTLS_587, STARTTLS_2525, STARTTLS_25],
    username: 'address',
    password: 'own',
    domains: [],
    notes: [
      {
        ja: 'サーバー名とポートは、プロバイダーのヘルプの「送信メールサーバー（SMTP）」にあります。',
        en: 'Your provider’s help shows server and port under “outgoing mail server (SMTP)”.',
      },
      {
        ja: 'ご自分のサーバーでは、証明書とサーバー名が一致し、ドメインに SPF・DKIM・DMARC があることを確認してください。',
        en: 'On a server of your own, the certificate must fit the name, and the domain needs SPF, DKIM and DMARC.',
      },
    ],
    evidence: 'documents',
  },
];

/** The service whose addresses end so; undefined for one that is not in the catalogue, such as a company's domain. */
export function presetOfAddress(address: string): SmtpPreset | undefined {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  const isAt = (end: string) => domain === end || domain.endsWith(`.${end}`);
  return smtpPresets.find(({ domains }) => domains.some(isAt));
}
