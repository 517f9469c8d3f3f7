import type { AlertCode } from '@hikyaku/core';
import type { AlertText, AlertValues, NoteWords } from './alert-text.ts';

/** Japanese words of every alert. */
export const ALERTS_JA: Record<AlertCode, (values: AlertValues) => AlertText> = {
  'mailbox.lost': ({ name, facts }) => ({
    title: `${name} から送信できなくなりました`,
    advice:
      facts.code === 'upstream.admin_blocked' || facts.code === 'upstream.account_blocked'
        ? 'メールサービス側で止められています。機器からの新しいメールは失われず、待機しています。メールアカウントの画面で対処を確認し、「もう一度試す」を押してください。'
        : '機器からの新しいメールは失われず、待機しています。メールアカウントの画面を開いて、もう一度接続してください。待機中のメールはそのあとすべて送られます。',
  }),
  'mailbox.behind': ({ name, since }) => ({
    title: `${name} のメールが遅れています`,
    advice: `いちばん古いメールは ${since} に送られる予定でした。メールサービスが 1分間に受け付ける数より多く届いています。カメラの送信間隔を長くするか、一部のカメラを別のメールアカウントに割り当ててください。`,
  }),
  'mailbox.day_near': ({ name, facts }) => ({
    title: `${name} がまもなく 1日の送信上限に達します`,
    advice: `24時間で ${facts.perDay}通のうち ${facts.sent}通を送りました。このままではメールが待機します。カメラの送信間隔を長くするか、一部のカメラを別のメールアカウントに割り当ててください。`,
  }),
  'mailbox.daily_limit': ({ name, facts }) => ({
    title: `${name} が 1日の送信上限に達しました`,
    advice: `これ以降のメールは待機し、制限が解けてから送られます。${
      facts.perDay ? 'しばらく静かだったカメラの最初のメールは、そのために残してある分から送られます。' : ''
    }カメラの送信間隔を長くするか、一部のカメラを別のメールアカウントに割り当ててください。`,
  }),
  'device.refused': ({ name, facts }) => ({
    title: facts.hasWorked ? `${name} が接続できなくなりました` : `${name} が接続できません`,
    advice:
      '機器からの接続は届きましたが、受け付けられませんでした。機器のページに、送られてきた値と正しい設定値があります。',
  }),
  'device.silent': ({ name, since }) => ({
    title: `${name} からメールが届いていません`,
    advice: `最後のメールは ${since} でした。電源とネットワークを確認してください。機器からテストメールを送ると、届くかどうかが分かります。`,
  }),
  'mail.failed': ({ name, count }) => ({
    title: count === 1 ? `${name} のメールを届けられませんでした` : `${name} のメール ${count}通を届けられませんでした`,
    advice: '理由と、再送で解決するかどうかは、配送記録で確認できます。',
  }),
};

export const NOTE_JA: NoteWords = {
  gone: '削除された項目',
  several: (count) => `Hikyaku：機器についてのお知らせが ${count}件あります`,
  ended: (title) => `解決しました：${title}`,
  goesOn: (title) => `まだ続いています：${title}`,
  test: {
    title: 'Hikyaku：テスト',
    advice: 'これが読めていれば、お知らせはここに届きます。',
  },
};
