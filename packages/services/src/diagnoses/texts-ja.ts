import type { DiagnosisCode } from '@hikyaku/core';
import type { DiagnosisText, DiagnosisValues } from './diagnosis-values.ts';

const quoted = (text: string | null): string => (text ? `「${text}」` : '（空欄）');

/** A name in Latin letters stands off from the Japanese around it. */
const account = (mailbox: string | null | undefined): string => (mailbox ? `${mailbox} ` : 'メールアカウント');

/** Core's PasswordOddity. */
const SIGNS: Record<string, string> = {
  empty: '空欄のままでした。',
  too_short: '正しくは 16 文字です。機器の文字数制限で切れたか、入力漏れがあります。',
  too_long: '正しくは 16 文字です。余分な文字が入っていないかご確認ください。',
  look_alikes:
    '当サービスのパスワードには使われない 0・1・I・L・O が含まれています。見間違いがないか、もう一度ご確認ください。',
  full_width: '全角文字が含まれています。日本語入力をオフにして、半角で入力してください。',
  other_characters:
    '当サービスのパスワードには使われない文字が含まれています。メールアカウントのパスワードではありませんか。ここで使えるのは、この機器用のパスワードだけです。',
  is_username: 'ユーザー名と同じものが入っています。',
};
const FITTING = '形は合っているので、どこか一文字が違うか、別の機器のパスワードです。';

/** Japanese words of every diagnosis. */
export const TEXTS_JA: Record<DiagnosisCode, (values: DiagnosisValues) => DiagnosisText> = {
  'ok.accepted': () => ({ title: 'メールを受け取りました', advice: '設定を変える必要はありません。' }),
  'ok.login_only': () => ({
    title: 'ログインできました',
    advice:
      '機器はログインだけを行い、メールは送りませんでした（ログインのテスト）。続けてテストメールを送ってみてください。',
  }),
  'tls.wrong_door': ({ port, rightPort }) => ({
    title: '動いていますが、ポート番号が合っていません',
    advice: `この機器は最初から暗号化で話します。その場合の番号は ${rightPort} ですが、${port} に接続してきました。今回は受け取りました。次に機器を設定するときに ${rightPort} に変えてください。`,
    seen: port,
    right: rightPort,
  }),
  'tls.plain_on_tls_door': ({ port, rightPort }) => ({
    title: '暗号化が必要なポートに、暗号化なしで接続しています',
    advice: `ポート ${port} は最初から暗号化で話す番号です。機器の SSL/TLS をオンにするか、ポートを ${rightPort} に変えてください。`,
    seen: `${port}（暗号化なし）`,
    right: rightPort,
  }),
  'tls.too_old': ({ port, rightPort }) => ({
    title: '機器の暗号化方式が古いため、接続できません',
    advice: rightPort
      ? `ポート ${port} は TLS 1.2 以降だけを受け付けます。古い機器用のポート ${rightPort} に変えてください。暗号化の種類はそのままで使えます。`
      : '古い機器用のポートでも、TLS 1.0 より古い方式は使えません。機器の暗号化をオフにし、この画面で暗号化なしのログインを許可するか、機器のファームウェアを更新してください。',
    seen: port,
    right: rightPort,
  }),
  'tls.old': ({ tlsVersion }) => ({
    title: '動いていますが、暗号化の方式が古くなっています',
    advice: `機器は ${tlsVersion ?? 'TLS 1.0 または 1.1'} で暗号化しています。第三者に破られるおそれのある方式です。ファームウェアの更新があれば適用してください。新しい方式も使える機器なら、この画面の機器の設定で古い暗号化を断ることができます。`,
    seen: tlsVersion,
    right: 'TLS 1.2',
  }),
  'tls.old_refused': ({ tlsVersion }) => ({
    title: 'この機器では、古い暗号化を断る設定になっています',
    advice: `機器は ${tlsVersion ?? 'TLS 1.0 または 1.1'} でログインしようとしましたが、この機器の設定で断っています。機器の TLS を 1.2 以降にしてください。古い方式しか使えない機器なら、この画面の機器の設定で古い暗号化を許可してください。`,
    seen: tlsVersion,
    right: 'TLS 1.2',
  }),
  'tls.certificate_refused': ({ host, chain }) => ({
    title: '機器がサーバー証明書を受け入れませんでした',
    advice: `サーバー名に ${host} をこのとおり入力してください（数字の IP アドレスでは通りません）。機器の時計が合っているかも確かめてください。それでもだめなら「証明書を検証する」をオフにしてください。${chain ? `送った証明書は ${chain} です。機器が最後の認証局を知っている必要があります。` : ''}`,
    seen: chain,
    right: host,
  }),
  'tls.abandoned': ({ port }) => ({
    title: '暗号化の準備中に、機器が接続を切りました',
    advice: `ポート ${port} に接続し、理由を告げずに切りました。証明書を信頼していないか、暗号化の種類が合っていないことがほとんどです。SSL/TLS と STARTTLS を切り替え、それに合うポートにしてみてください。`,
    seen: port,
  }),
  'auth.none': () => ({
    title: '機器がログインしていません',
    advice: '機器の「SMTP 認証（SMTP AUTH）」をオンにして、ユーザー名とパスワードを入力してください。',
    seen: '認証なし',
    right: 'LOGIN',
  }),
  'auth.plain_refused': ({ username }) => ({
    title: '暗号化なしのログインは、この機器では許可されていません',
    advice: `${quoted(username)}が暗号化なしでログインしようとしました。機器の STARTTLS（TLS）をオンにしてください。暗号化できない機器なら、この画面の機器の設定で暗号化なしのログインを許可してください。`,
    seen: '暗号化なし',
    right: 'STARTTLS',
  }),
  'auth.mechanism': ({ mechanism }) => ({
    title: '対応していない認証方式です',
    advice: `機器は${quoted(mechanism)}を使おうとしました。認証方式を LOGIN か PLAIN に変えてください。`,
    seen: mechanism,
    right: 'LOGIN',
  }),
  'auth.unknown_user': ({ username, rightUsername }) => ({
    title: 'ユーザー名が違います',
    advice: rightUsername
      ? `機器に入力されていたのは${quoted(username)}です。いちばん近いのは${quoted(rightUsername)}です。`
      : `機器に入力されていたのは${quoted(username)}です。この機器の画面に表示されているユーザー名を入力してください。`,
    seen: username,
    right: rightUsername,
  }),
  'auth.mailbox_address_used': ({ username, rightUsername }) => ({
    title: 'ユーザー名の欄に、メールアドレスが入っています',
    advice: `機器に入力されていたのは${quoted(username)}です。メールアカウントのものではなく、この機器のユーザー名${rightUsername ? quoted(rightUsername) : ''}とパスワードを入力してください。`,
    seen: username,
    right: rightUsername,
  }),
  'auth.swapped': ({ rightUsername }) => ({
    title: 'ユーザー名とパスワードが逆に入っています',
    advice: `パスワードの欄に入っていた${quoted(rightUsername)}がユーザー名です。二つの欄を入れ替えてください。`,
    right: rightUsername,
  }),
  'auth.wrong_password': ({ length, signs, username }) => ({
    title: 'パスワードが違います',
    advice: [
      `ユーザー名${quoted(username)}は合っています。`,
      length === null ? '' : `入力されたパスワードは ${length} 文字でした。`,
      ...(signs.length ? signs.map((sign) => SIGNS[sign] ?? '') : [FITTING]),
      'もう一度入力するか、この画面で新しいパスワードを発行してください。',
    ].join(''),
    seen: length === null ? null : `${length} 文字`,
    right: '16 文字',
  }),
  'auth.old_password': ({ oldUntil, isOldStillGood, username }) => ({
    title: isOldStillGood ? 'まだ古いパスワードが使われています' : '古いパスワードが入っています',
    advice: isOldStillGood
      ? `このパスワードは ${oldUntil} に使えなくなります。それまでに、${quoted(username)}の新しいパスワードを機器に入力してください。`
      : `${quoted(username)}のこのパスワードは${oldUntil ? ` ${oldUntil} に` : ''}使えなくなりました。今のパスワードを入力してください。分からなければ、この画面で新しく発行できます。`,
    seen: oldUntil && `${oldUntil} までのパスワード`,
  }),
  'auth.cancelled': () => ({
    title: '機器がログインを途中でやめました',
    advice: 'ログインを始めて、途中でやめました。認証方式を LOGIN にし、ユーザー名とパスワードを入力し直してください。',
    right: 'LOGIN',
  }),
  'auth.empty_user': ({ rightUsername }) => ({
    title: 'ユーザー名が空欄です',
    advice: `機器はユーザー名なしでログインしようとしました。${rightUsername ? `${quoted(rightUsername)}を` : 'この機器の画面に表示されているユーザー名を'}入力してください。`,
    seen: '（空欄）',
    right: rightUsername,
  }),
  'auth.device_disabled': () => ({
    title: 'この機器は停止中です',
    advice: 'この画面の機器の設定で停止を解除するまで、メールは受け取りません。',
  }),
  'address.not_allowed': ({ address }) => ({
    title: '許可されていないアドレスからの接続です',
    advice: address
      ? `機器はログインせずに ${address} から送信しました。この画面の機器の設定で、送信を許可するアドレスに ${address} を加えるか、機器にログインさせてください。`
      : '接続元のアドレスを、この機器に送信を許可するアドレスに加えるか、機器にログインさせてください。',
    seen: address,
  }),
  'pop.missing': ({ username }) => ({
    title: 'POP before SMTP が行われていません',
    advice: `機器の「POP before SMTP」をオンにし、ユーザー名${quoted(username)}を入力してください。SMTP 認証が使える機器なら、そちらをお使いください。`,
  }),
  'pop.expired': () => ({
    title: 'POP のログインから時間がたちすぎています',
    advice: 'メールを送る直前に、毎回 POP でログインするよう機器を設定してください。',
  }),
  'pop.off': () => ({
    title: 'この機器では POP before SMTP がオフになっています',
    advice:
      '機器は POP でログインしてから、認証なしで送信しています。この画面の機器の設定で POP before SMTP をオンにし、宛先を登録してください。SMTP 認証が使える機器なら、そちらをお使いください。',
  }),
  'rcpt.not_allowed': ({ recipient }) => ({
    title: 'この宛先は許可されていません',
    advice: `機器は${quoted(recipient)}に送ろうとしました。この画面で機器の宛先に加えるか、機器の宛先を直してください。`,
    seen: recipient,
  }),
  'rcpt.invalid': ({ recipient }) => ({
    title: '宛先がメールアドレスの形になっていません',
    advice: `機器の宛先は${quoted(recipient)}でした。name@example.com のように、空白のないアドレスを一つ入力してください。`,
    seen: recipient,
  }),
  'rcpt.literal': ({ recipient }) => ({
    title: '宛先が数字のアドレス（IP アドレス）になっています',
    advice: `機器の宛先は${quoted(recipient)}でした。メールサービスは IP アドレス宛てには届けられません。name@example.com のような宛先を入力してください。`,
    seen: recipient,
  }),
  'rcpt.too_many': ({ recipient, most }) => ({
    title: '1 通のメールの宛先が多すぎます',
    advice: `${quoted(recipient)}から先は断りました${most ? `（1 通につき ${most} 件まで）` : ''}。機器の宛先を減らすか、メーリングリストをお使いください。`,
    seen: recipient,
  }),
  'size.too_large': ({ size, limit }) => ({
    title: 'メールが大きすぎます',
    advice: `大きさは ${size ?? '上限以上'} でした${limit ? `（上限は ${limit}）` : ''}。機器で画像を小さくするか枚数を減らしてください。この画面で機器の上限を上げることもできます。`,
    seen: size,
    right: limit,
  }),
  'data.cut_off': ({ size }) => ({
    title: 'メールの途中で接続が切れました',
    advice: `${size ?? '0 KB'} まで届いていました。このメールは送られていません。機器の回線をご確認ください。電波が弱い場所では、画像を小さくすると改善します。`,
    seen: size,
  }),
  'data.no_end': ({ size }) => ({
    title: 'メールが最後まで送られてきませんでした',
    advice: `${size ?? '0 KB'} まで届き、その後は何も届きませんでした。機器を再起動してみてください。続く場合は機器のソフトウェアの不具合が考えられますので、お知らせください。`,
    seen: size,
  }),
  'data.loop': () => ({
    title: 'メールが堂々めぐりしています',
    advice: '同じメールが何度も当サービスを通っています。宛先のメールボックスからの転送を止めてください。',
  }),
  'session.idle': () => ({
    title: '機器からの応答が止まりました',
    advice: '接続した後、何も送ってきませんでした。機器を再起動して、もう一度試してください。',
  }),
  'session.not_smtp': ({ host }) => ({
    title: 'メール以外の通信が届きました',
    advice: `このポートに、メール（SMTP）ではない通信が届きました。${host} は機器の「SMTP サーバー」の欄に入力してください。`,
    right: host,
  }),
  'session.too_many_errors': () => ({
    title: 'エラーが多すぎるため、通信を終えました',
    advice: '何が断られたかは、下の通信記録で確かめられます。',
  }),
  'limit.rate': ({ most }) => ({
    title: '送信の回数が多すぎます',
    advice: `1分間に ${most ?? '1,000'} 通を超えるメールが届いたため、受け付けを一時的に止めました。接点が細かく入り切りしている、検知が止まらない、プログラムが繰り返し動いているなど、送り続ける原因を確かめてください。`,
  }),
  'limit.connections': () => ({
    title: '同時の接続が多すぎます',
    advice: 'このアドレスからの接続が上限を超えています。機器が接続を切らずに残しているときは、再起動してください。',
  }),
  'limit.waiting_mail': () => ({
    title: '待っているメールが多すぎます',
    advice:
      'メールアカウントから送れず、待っているメールが上限に達しました。まずメールアカウントを接続し直してください。',
  }),
  'limit.mails_per_day': () => ({
    title: '1日に送れるメールの数を使い切りました',
    advice:
      'すべての機器を合わせて、24時間に受け付けられるメールの数がプランの上限に達しました。配送記録で送信の多い機器を確かめて通知を減らすか、リレーの運営者に上限を相談してください。',
  }),
  'service.unavailable': () => ({
    title: '当サービス側の問題です',
    advice: '一時的に受け取れませんでした。機器の設定を変える必要はありません。少し待って、もう一度お試しください。',
  }),
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
  'mail.refused': () => ({
    title: 'メールサービスに断られました',
    advice: '断られた理由は、下の送信の記録にあります。内容が残っているあいだは、もう一度送れます。',
  }),
  'mail.sender_refused': ({ mailbox }) => ({
    title: 'このアカウントでは、この差出人で送れません',
    advice: `メールサービス側で ${mailbox ?? 'このアドレス'} としての送信を許可するか、アカウント自身のアドレスで接続し直してください。`,
    seen: mailbox,
  }),
  'mail.channel_refused': ({ mailbox }) => ({
    title: '通知先がこの機器の画像を受け取りません',
    advice: `${mailbox ?? '通知先'} がサービス側で削除されたか、鍵が無効になっています。「お知らせ」の画面でテストを送り、届かない場合は登録し直して機器の設定で選び、もう一度送ってください。`,
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
  'mail.expired': () => ({
    title: '期限までに送れませんでした',
    advice: '二日間試しましたが送れませんでした。原因を取り除いてから、内容が残っているあいだに送り直してください。',
  }),
  'mail.cancelled': () => ({
    title: '送信を取り消しました',
    advice: 'この画面で取り消されました。内容が残っているあいだは、もう一度送れます。',
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
};
