import type { DiagnosisText, DiagnosisValues } from './diagnosis-values.ts';

const quoted = (text: string | null): string => (text ? `「${text}」` : '（空欄）');

/** A name in Latin letters stands off from the Japanese around it. */
const account = (mailbox: string | null | undefined): string => (mailbox ? `${mailbox} ` : 'メールアカウント');

/** What is left to say of a mail whose time of grace is over. */
const GONE = '内容はすでに消去されたため、送り直せません。';

/** Japanese words of the diagnoses of a mail that is not sent. */
export const MAIL_TEXTS_JA = {
  'mailbox.reconnect': ({ mailbox }) => ({
    title: 'メールアカウントの再接続が必要です',
    advice: `${account(mailbox)}から送信できなくなりました。この画面で接続し直すと、待っているメールが送られます。失われたメールはありません。`,
    seen: mailbox,
  }),
  'mailbox.admin_blocked': ({ mailbox }) => ({
    title: '組織の管理者が許可していません',
    advice: `${account(mailbox)}の管理者に、Hikyaku の利用を承認してもらってください。メールはそれまで待っています。`,
    seen: mailbox,
  }),
  'mailbox.account_blocked': ({ mailbox }) => ({
    title: 'メールサービスがアカウントを止めています',
    advice: `ブラウザーで、${account(mailbox)}にログインし、表示される手順に従ってください。メールはそれまで待っています。`,
    seen: mailbox,
  }),
  'mailbox.full': ({ mailbox }) => ({
    title: 'メールアカウントの容量がいっぱいです',
    advice: `${account(mailbox)}のメールを減らしてください（送信済みやごみ箱も含みます）。メールはそれまで待っています。`,
    seen: mailbox,
  }),
  'mailbox.login_refused': ({ mailbox }) => ({
    title: 'メールサーバーがパスワードを受け付けません',
    advice: `この画面で、${account(mailbox)}のパスワードを入力し直してください。アプリパスワードが必要なサービスもあります。メールはそれまで待っています。`,
    seen: mailbox,
  }),
  'mailbox.server': ({ mailbox }) => ({
    title: 'メールサーバーに接続できません',
    advice: `この画面で、${account(mailbox)}のサーバー名・ポート・暗号化をご確認ください。メールは待っていて、自動でもう一度試します。`,
    seen: mailbox,
  }),
  'mailbox.daily_limit': ({ mailbox, next }) => ({
    title: 'メールアカウントの一日の送信上限に達しました',
    advice: `${account(mailbox)}からは、今はこれ以上送れません。${next ? `${next} にもう一度試します。` : ''}回数の多い機器はまとめ送りにするか、メールアカウントを増やしてください。`,
    seen: mailbox,
  }),
  'mailbox.slowed': ({ next }) => ({
    title: 'メールサービスの都合で待っています',
    advice: `${next ? `${next} に` : ''}自動でもう一度試します。設定を変える必要はありません。`,
  }),
  'mail.recipient_refused': ({ recipient }) => ({
    title: '宛先が受け付けられませんでした',
    advice: `${quoted(recipient)}には届けられないと、メールサービスが答えました。機器か、この画面の宛先を直してください。`,
    seen: recipient,
  }),
  'mail.refused': ({ isContentGone }) => ({
    title: 'メールサービスに断られました',
    advice: `断られた理由は、下の送信の記録にあります。${isContentGone ? GONE : '内容が残っているあいだは、もう一度送れます。'}`,
  }),
  'mail.sender_refused': ({ mailbox }) => ({
    title: 'このアカウントでは、この差出人で送れません',
    advice: `メールサービス側で ${mailbox ?? 'このアドレス'} としての送信を許可するか、アカウント自身のアドレスで接続し直してください。`,
    seen: mailbox,
  }),
  'mail.channel_refused': ({ mailbox, isContentGone }) => ({
    title: '通知先がこの機器の画像を受け取りません',
    advice: `${mailbox ?? '通知先'} がサービス側で削除されたか、鍵が無効になっています。「お知らせ」の画面でテストを送り、届かない場合は登録し直して、機器の設定で選んでください。${isContentGone ? '' : 'そのあと、もう一度送ってください。'}`,
    seen: mailbox,
  }),
  'mail.too_large': ({ size }) => ({
    title: 'メールサービスの上限より大きいメールです',
    advice: `大きさは ${size} です。送り直しても通りません。機器で画像を小さくするか、枚数を減らしてください。`,
    seen: size,
  }),
  'mail.in_doubt': ({ next }) => ({
    title: '届いたかどうか、確かめられていません',
    advice: `送信を依頼しましたが、返事がありませんでした。${next ? `${next} に` : ''}もう一度送るため、2 通届くことがあります。`,
  }),
  'mail.delayed': ({ next }) => ({
    title: '当サービスの都合で遅れています',
    advice: `メールは保管しています。${next ? `${next} に` : ''}自動でもう一度送信します。設定を変える必要はありません。`,
  }),
  'mail.expired': ({ isContentGone }) => ({
    title: '期限までに送れませんでした',
    advice: `二日間試しましたが送れませんでした。${isContentGone ? GONE : '原因を取り除いてから、内容が残っているあいだに送り直してください。'}`,
  }),
  'mail.cancelled': ({ isContentGone }) => ({
    title: '送信を取り消しました',
    advice: `この画面で取り消されました。${isContentGone ? GONE : '内容が残っているあいだは、もう一度送れます。'}`,
  }),
  'mail.left_out': () => ({
    title: 'ルールにより送りませんでした',
    advice: '機器のルールが、このようなメールを送らないと定めています。送りたい場合はルールを変えてください。',
  }),
  'mail.unconfirmed': () => ({
    title: '初めての宛先のため、確認をお待ちしています',
    advice:
      'この機器が覚えている 10 件のほかの宛先です。機器のページで送ってよいかどうかを選んでください。7 日間お返事がないと、この宛先には送らずに終わります。',
  }),
  'mail.damaged': () => ({
    title: '保存したメールを読み出せませんでした',
    advice: '当サービス側の問題です。メールは別に保管し、運営者に知らせました。',
  }),
} satisfies Record<string, (values: DiagnosisValues) => DiagnosisText>;
