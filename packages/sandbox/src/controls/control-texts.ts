import type { PageLanguage } from '../pages/language.ts';
import type { ControlGroup } from './control-groups.ts';

/** A text of both languages. */
type Both = [en: string, ja: string];

const WORDS = {
  title: ['Knobs and faults', '動作の設定とエラーの再現'],
  lead: [
    'How the stand-ins behave. What is set here lasts until it is set anew, reset, or the sandbox ends. POST /knobs takes the same as JSON.',
    '代わりのサービスの動作を決めます。変更・初期化・終了までこのままです。同じことを JSON（POST /knobs）でもできます。',
  ],
  whole: ['The whole sandbox', '全体'],
  faults: ['Faults by provider, mailbox and call', 'サービス・メールボックス・呼び出しごとのエラー'],
  faultsLead: [
    'The first one that fits is used. Without a provider or a mailbox every one is met.',
    '最初に当てはまるものを使います。サービスやメールボックスを空にすると、すべてに当てはまります。',
  ],
  waiting: ['Faults that wait', '待っているエラー'],
  noFaults: ['None.', 'ありません。'],
  clear: ['Clear all', 'すべて消す'],
  add: ['Add', '追加'],
  account: ['One account', 'アカウントごとの設定'],
  choose: ['Show', '表示'],
  known: ['Accounts with settings of their own', '設定のあるアカウント'],
  happen: ['Something happens to an account', 'アカウントに起きること'],
  let: ['Let it happen', '起こす'],
  set: ['Set', '設定する'],
  reset: ['Forget everything', '初期化'],
  resetLead: ['Mails, accounts, knobs and faults.', 'メール・アカウント・設定・エラーをすべて消します。'],
  unchanged: ['– as it is –', '（そのまま）'],
  yes: ['yes', 'はい'],
  no: ['no', 'いいえ'],
  done: ['Set.', '設定しました。'],
  resetDone: ['Everything is forgotten.', '初期化しました。'],
  refused: ['Not set:', '設定できません：'],
} as const satisfies Record<string, Both>;

export type ControlWords = Record<keyof typeof WORDS, string>;

const pick = (language: PageLanguage, [en, ja]: readonly [string, string]): string => (language === 'ja' ? ja : en);

export const controlWords = (language: PageLanguage): ControlWords =>
  Object.fromEntries(Object.entries(WORDS).map(([name, both]) => [name, pick(language, both)])) as ControlWords;

/** What each knob does; every one of the schema's has its words here (a test holds it). */
const HINTS: Record<ControlGroup, Record<string, Both>> = {
  whole: {
    consent: ['auto: a sign-in with a login_hint is allowed at once', 'auto：login_hint があれば自動で許可します'],
    tokenLifetimeSeconds: ['of access tokens made from now on', 'これから発行するアクセストークンの有効期間（秒）'],
    clientSecret: [
      'expired: every token call is refused (7000222)',
      'expired：トークンの要求をすべて断ります（7000222）',
    ],
    googleProject: ['testing: links die after seven days', 'testing：7日で許可が切れます'],
    oversize: [
      'what Graph answers over 4 MB; 200 sends nothing',
      '4 MB を超えたときの Graph の応答。200 は送らずに成功と答えます',
    ],
    limits: [
      'concurrency: four requests at once; all: rates and days too',
      'concurrency：同時に4件まで。all：1分・1日の上限も',
    ],
    exchangePerMinute: [
      'mails a minute that Microsoft hands on after taking them; the rest arrive later, as with its 30; 0: at once',
      'Microsoft が受け付けたあと1分に配る通数（実際は30）。残りは後の分に届きます。0：すぐに',
    ],
    exchangeRecipientsPerDay: [
      'recipients a day of a Microsoft mailbox; more are refused (429); 0: 10,000 for organizations, with limits: all',
      'Microsoft のメールボックスが1日に送れる宛先数。超えると断ります（429）。0：組織用は 10,000（limits が all のとき）',
    ],
    bounces: ['addresses that do not exist', '存在しない宛先'],
    mailsPerBox: ['mails kept of each mailbox', 'メールボックスごとに残す通数'],
    totalBytes: ['bytes kept in all', '全体で残すバイト数'],
  },
  account: {
    consent: ['as above, for this account', 'このアカウントだけの設定'],
    kind: ['personal or of an organization; else by its domain', '個人用か組織用か（空ならドメインで決めます）'],
    mail: ['mail of GET /me', 'GET /me の mail'],
    hidesEmail: ['the id_token has no (verified) address', 'id_token にアドレスがありません'],
    hasMailbox: ['no: nothing can be sent from it', 'いいえ：送信できません'],
    needsAdmin: ['its administrator has to approve first', '管理者の承認が必要です'],
    isDisabled: ['switched off at the provider', 'サービス側で停止されています'],
    sendsAs: ['the one From that Graph takes', 'Graph が受け付ける差出人'],
    aliases: ['further senders', 'ほかの差出人'],
    shared: ['mailboxes that it may send as', '代理で送れる共有メールボックス'],
    hasDraftRole: [
      'a role lets the relay keep drafts in it without a sign-in',
      'ログインなしでの下書きの作成が許可されています',
    ],
    smtpAuth: ['off: SMTP AUTH is disabled for this mailbox (535 5.7.139)', 'off：SMTP AUTH が無効です（535 5.7.139）'],
    smtpService: ['whose SMTP server a password signs in to', 'パスワードでログインする SMTP サーバーの種類'],
    isOutOfScope: ['no role lets the relay send from it without a sign-in', 'ログインなしの送信が許可されていません'],
    untickedScopes: ['permissions that this person never ticks', '許可しない権限'],
  },
  fault: {
    provider: ['empty: both', '空：どちらでも'],
    mailbox: ['empty: every one', '空：すべて'],
    call: ['which call it meets', '対象の呼び出し'],
    times: ['how often; always: until they are cleared', '回数。always：消すまで'],
    delayMs: ['waits so long first', '先に待つ時間（ミリ秒）'],
    after: [
      'accepting: the mail is delivered, then the fault answers',
      'accepting：メールを配信したあとでエラーを返します',
    ],
    drop: ['closes the connection instead of answering', '応答せずに接続を切ります'],
    preset: ['a documented answer by its name', '文書にある応答'],
    status: ['or a status of your own', '自分で決めるステータス'],
    headers: ['lines of name: value', '1行に name: value'],
    body: ['text, or JSON', 'テキストか JSON'],
  },
  happen: {
    provider: ['whose account', 'どのサービスのアカウントか'],
    account: ['its address; a domain: the organization', 'アドレス。ドメインなら組織全体'],
    event: ['password_changed kills Google links only', 'password_changed で切れるのは Google だけです'],
  },
};

/** Words beside a knob. */
export function controlHint(language: PageLanguage, group: ControlGroup, name: string): string {
  const both = HINTS[group][name];
  return both ? pick(language, both) : '';
}
