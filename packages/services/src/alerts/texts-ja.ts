import { type AlertCode, type BounceReason, mendOf } from '@hikyaku/core';
import { type AlertText, type AlertValues, bounceReasonOf, type NoteWords } from './alert-text.ts';

/** Japanese words of every alert. */
export const ALERTS_JA: Record<AlertCode, (values: AlertValues) => AlertText> = {
  'mailbox.lost': ({ name, facts }) => ({
    title: `${name} から送信できなくなりました`,
    advice:
      mendOf(String(facts.code)) === 'try_again'
        ? 'メールサービス側で止められています。機器からの新しいメールは失われず、待機しています（予備のメールアカウントを選んだ機器は、そちらから送信します）。メールアカウントの画面で対処を確認し、「もう一度試す」を押してください。'
        : '機器からの新しいメールは失われず、待機しています（予備のメールアカウントを選んだ機器は、そちらから送信します）。メールアカウントの画面を開いて、もう一度接続してください。待機中のメールはそのあとすべて送られます。',
  }),
  'mailbox.behind': ({ name, since, facts, isChannel }) => ({
    title: isChannel ? `${name} への画像が遅れています` : `${name} のメールが遅れています`,
    advice: isChannel
      ? `${since} に送られる予定だったものが、まだ待機しています。2日間は自動で送り直します。理由は配送記録で確認できます。「お知らせ」の画面で ${name} にテストを送ると、相手のサービスが受け取れるかどうかが分かります。届く数が多すぎる場合は、カメラの送信間隔を長くしてください。`
      : facts.isPutOff
        ? `${since} に送られる予定だったメールが、まだ待機しています。送信を試しましたが、届けられていません。2日間は自動で送り直します。理由は配送記録で確認できます。続く場合は、機器を別のメールアカウントに割り当ててください。`
        : `いちばん古いメールは ${since} に送られる予定でした。メールサービスが 1分間に受け付ける数より多く届いています。カメラの送信間隔を長くするか、一部のカメラを別のメールアカウントに割り当ててください。`,
  }),
  'mailbox.day_near': ({ name, facts }) => ({
    title: `${name} がまもなく 1日の送信上限に達します`,
    advice: `24時間に送れる ${facts.perDay}通のうち、すでに ${facts.sent}通を送りました。上限に達すると、その後のメールは待機します。カメラの送信間隔を長くするか、一部のカメラを別のメールアカウントに割り当ててください。`,
  }),
  'mailbox.daily_limit': ({ name, facts }) => ({
    title: `${name} が 1日の送信上限に達しました`,
    advice: `これ以降のメールは待機し、制限が解けてから送られます。${
      facts.perDay
        ? 'しばらく何も送っていなかったカメラの最初のメールは、そのために取ってある分から、すぐに送られます。'
        : ''
    }カメラの送信間隔を長くするか、一部のカメラを別のメールアカウントに割り当ててください。`,
  }),
  'device.refused': ({ name, facts }) => ({
    title: facts.hasWorked ? `${name} が接続できなくなりました` : `${name} が接続できません`,
    advice:
      '機器からの接続は届きましたが、受け付けられませんでした。機器のページに、送られてきた値と正しい設定値があります。',
  }),
  'device.silent': ({ name, since, facts }) => ({
    title: `${name} からメールが届いていません`,
    advice: `最後のメールは ${since} でした。${facts.isUsual === true ? `ふだんは ${String(facts.hours)}時間も途切れることはありません（これが正常な場合は、機器の設定で、お知らせするまでの時間を決めてください）。` : ''}電源とネットワークを確認してください。機器からテストメールを送ると、届くかどうかが分かります。`,
  }),
  'mail.failed': ({ name, count }) => ({
    title: count === 1 ? `${name} のメールを届けられませんでした` : `${name} のメール ${count}通を届けられませんでした`,
    advice: '理由と、再送で解決するかどうかは、配送記録で確認できます。',
  }),
  'mail.bounced': ({ name, count, facts }) => ({
    title:
      count === 1
        ? `${name} のメールが相手に届きませんでした`
        : `${name} のメールが相手に届きませんでした（通知 ${count}件）`,
    // Reports of one mail, or of several, each with a reason of its own.
    advice: `${count === 1 ? '' : '最新の通知：'}${BOUNCED[bounceReasonOf(facts.reason)]}どの宛先かは、配送記録で確認できます。`,
  }),
};

/** What is wrong and what to do, by why a mail came back. */
const BOUNCED: Record<BounceReason, string> = {
  unknown_recipient: 'このアドレスは存在しません。機器に設定した宛先のつづりを確認してください。',
  recipient_closed:
    '相手のメールボックスは閉じられているか、受信を止めています。相手に確認するか、機器の宛先を別のアドレスに変えてください。',
  mailbox_full:
    '相手のメールボックスがいっぱいです。相手側でメールを削除する必要があります。画像を小さくするか、送る回数を減らすと長く使えます。',
  unknown_domain:
    'アドレスの @ より後ろが存在しないか、メールを受け取りません。機器に設定した宛先のつづりを確認してください。',
  too_large: '相手のメールサービスが受け取れる大きさを超えています。機器の画像や動画を小さく設定してください。',
  sender_refused:
    '相手のメールサービスが、送信元のアドレスを信頼していません。独自ドメインの SPF・DKIM・DMARC の設定が足りないか、誤っています。ドメインの管理者に確認してください。',
  sender_limit:
    'このメールアカウントは送信しすぎたか、メールサービス側で止められています。メールサービスにログインして、表示される案内を確認してください。カメラの送信間隔も長くしてください。',
  policy:
    '相手のメールサービスが迷惑メールと判断したか、受信側の設定で受け取りを断りました。送信元のアドレスからのメールを受信できるように相手に頼むか、別の宛先に変えてください。',
  unreachable:
    '相手のサーバーから何日も応答がありませんでした。宛先のつづりを確認してください。正しければ、相手のメールサービス側の対応が必要です。',
  other: '相手のサーバーがメールを受け取りませんでした。相手のサーバーからの応答は、メールの画面で確認できます。',
};

export const NOTE_JA: NoteWords = {
  gone: '削除された項目',
  several: (count) => `Hikyaku：機器についてのお知らせが ${count}件あります`,
  ended: (title) => `解決しました：${title}`,
  goesOn: (title) => `まだ続いています：${title}`,
  test: {
    title: 'Hikyaku：テスト',
    advice: 'これが届いていれば、お知らせもここに届きます。',
  },
};
