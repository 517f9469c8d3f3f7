import type { PageLanguage } from './language.ts';

const en = {
  title: 'Sandbox',
  signInTo: 'Sign in to the {provider} sandbox',
  signInHint: 'Any address works. An unknown one makes a new account; there is no password.',
  address: 'Mail address',
  next: 'Next',
  knownAccounts: 'Accounts seen before',
  consentTitle: 'Allow Hikyaku?',
  consentFor: 'Signed in as {address}',
  consentLead: 'The relay asks to:',
  adminTitle: 'Allow Hikyaku for the whole organization?',
  adminAddress: 'Your address in the organization',
  accept: 'Accept',
  cancel: 'Cancel',
  otherAccount: 'Use another account',
  errorTitle: 'The sandbox cannot go on',
  errorLead: 'This is what the real provider would show here:',
  mailboxes: 'Mailboxes',
  noMailboxes: 'No mail yet. Connect a mailbox in the dashboard, then let a device send something.',
  sent: 'Sent',
  inbox: 'Inbox',
  empty: 'Nothing here.',
  from: 'From',
  to: 'To',
  cc: 'Cc',
  bcc: 'Bcc (not shown to the recipients)',
  subject: 'Subject',
  noSubject: '(no subject)',
  date: 'Taken at',
  size: 'Size',
  pictures: 'Pictures',
  attachments: 'Attachments',
  text: 'Text',
  formatted: 'Formatted text',
  source: 'Source',
  download: 'Download',
  back: 'All mailboxes',
  gone: 'This mail is not kept any more.',
  sandboxLead:
    'This page stands in for Microsoft and Google. Mail that the relay hands over ends here and goes to nobody.',
  newest: 'Newest',
  controls: 'Knobs and faults',
};

const ja: typeof en = {
  title: 'サンドボックス',
  signInTo: '{provider} サンドボックスにサインイン',
  signInHint: 'どのアドレスでも使えます。初めてのアドレスは新しいアカウントになります。パスワードはありません。',
  address: 'メールアドレス',
  next: '次へ',
  knownAccounts: '以前に使ったアカウント',
  consentTitle: 'Hikyaku に許可しますか？',
  consentFor: '{address} でサインイン中',
  consentLead: '中継サービスは次の許可を求めています。',
  adminTitle: '組織全体に Hikyaku を許可しますか？',
  adminAddress: '組織のメールアドレス',
  accept: '許可する',
  cancel: 'キャンセル',
  otherAccount: '別のアカウントを使う',
  errorTitle: 'サンドボックスはここで止まりました',
  errorLead: '本物のサービスなら、ここで次のように表示します。',
  mailboxes: 'メールボックス',
  noMailboxes: 'まだメールはありません。ダッシュボードでメールボックスをつなぎ、機器からメールを送ってください。',
  sent: '送信済み',
  inbox: '受信トレイ',
  empty: 'メールはありません。',
  from: '差出人',
  to: '宛先',
  cc: 'Cc',
  bcc: 'Bcc（受信者には見えません）',
  subject: '件名',
  noSubject: '（件名なし）',
  date: '受付日時',
  size: 'サイズ',
  pictures: '画像',
  attachments: '添付ファイル',
  text: '本文',
  formatted: '書式付き本文',
  source: 'ソース',
  download: 'ダウンロード',
  back: 'メールボックス一覧',
  gone: 'このメールはもう保存されていません。',
  sandboxLead: 'このページは Microsoft と Google の代わりです。中継されたメールはここで止まり、誰にも届きません。',
  newest: '最新',
  controls: '動作の設定とエラーの再現',
};

const SCOPES: Record<string, Record<PageLanguage, string>> = {
  openid: { en: 'Know who you are', ja: 'サインインしたアカウントの確認' },
  profile: { en: 'See your name', ja: '名前の参照' },
  email: { en: 'See your mail address', ja: 'メールアドレスの参照' },
  offline_access: { en: 'Keep this access until you take it back', ja: '許可を取り消すまでのアクセスの継続' },
  'user.read': { en: 'Read your profile', ja: 'プロフィールの参照' },
  'mail.send': { en: 'Send mail as you', ja: 'あなたとしてのメール送信' },
  'https://outlook.office.com/smtp.send': { en: 'Send mail as you by SMTP', ja: 'SMTP によるあなたとしてのメール送信' },
  'gmail.send': { en: 'Send mail as you', ja: 'あなたとしてのメール送信' },
};

export type PageTexts = typeof en;

export const textsOf = (language: PageLanguage): PageTexts => (language === 'ja' ? ja : en);

/** A permission in plain words; unknown ones by their name. */
export function scopeText(scope: string, language: PageLanguage): string {
  const name = scope.replace(/^https:\/\/(graph\.microsoft\.com|www\.googleapis\.com\/auth)\//, '').toLowerCase();
  return SCOPES[name]?.[language] ?? scope;
}

/** `{name}` in a text replaced. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
