import type { ProviderTroubleCode } from './provider-troubles.ts';

interface Words {
  subject: { ja: string; en: string };
  ja: string;
  en: string;
}

/** What is wrong with the registration, and what the operator has to do. `{provider}` is the company's name. */
export const TROUBLE_WORDS: Record<ProviderTroubleCode, Words> = {
  'upstream.client_secret': {
    subject: { ja: '{provider} への登録が受け付けられません', en: '{provider} does not accept our registration' },
    ja: 'クライアントシークレットが期限切れか、登録の設定が誤っています。{provider} のメールアカウントはすべて送信を待っています（メールは失われません）。npm run doctor で確認し、設定を直してください（docs/going-live.md）。',
    en: 'The client secret has ended, or something of the registration is not right. All {provider} mailboxes wait; no mail is lost. See what npm run doctor says and mend the settings (docs/going-live.md).',
  },
  'upstream.project_off': {
    subject: {
      ja: '{provider} の送信サービスが無効になっています',
      en: 'Sending is switched off for us at {provider}',
    },
    ja: 'プロジェクトで Gmail API が有効になっていません。{provider} のメールアカウントはすべて送信を待っています（メールは失われません）。コンソールで有効にしてください（docs/going-live.md）。',
    en: 'The Gmail API is not enabled in the project. All {provider} mailboxes wait; no mail is lost. Enable it in the console (docs/going-live.md).',
  },
  'upstream.project_limit': {
    subject: { ja: '{provider} でのこのサービス全体の上限に達しました', en: 'Our own limit at {provider} is reached' },
    ja: '利用者ではなく、登録したプロジェクト全体の上限です。上限が戻るまで {provider} のメールアカウントは送信を待ちます（メールは失われません）。続くときはコンソールで上限の引き上げを申請してください。',
    en: 'It is the limit of the registered project, not of any mailbox. Mail of {provider} mailboxes waits until it ends; none is lost. If it comes back, ask for a higher quota in the console.',
  },
};
