import type { DiagnosisCode } from '@hikyaku/core';
import type { DiagnosisText, DiagnosisValues } from './diagnosis-values.ts';
import { MAIL_TEXTS_JA } from './mail-texts-ja.ts';

const quoted = (text: string | null): string => (text ? `「${text}」` : '（空欄）');

/** Core's PasswordOddity. */
const SIGNS: Record<string, string> = {
  empty: '空欄のままでした。',
  too_short: '正しくは 16 文字です。機器の文字数制限で切れたか、入力漏れがあります。',
  too_long: '正しくは 16 文字です。余分な文字が入っていないかご確認ください。',
  look_alikes:
    '当サービスのパスワードには使われない 0・1・I・L・O が含まれています。見間違いがないか、もう一度ご確認ください。',
  // They were taken as what they mean, so that this is not what was wrong.
  full_width: '全角の文字は、半角として読み取りました。',
  other_characters:
    '当サービスのパスワードには使われない文字が含まれています。メールアカウントのパスワードではありませんか。ここで使えるのは、この機器用のパスワードだけです。',
  as_username: 'ユーザー名の欄に入っています。',
  is_username: 'ユーザー名と同じものが入っています。',
  twice: '正しくは 16 文字です。同じものが二回続けて入っています。',
  app_password:
    'Google などのメールサービスの「アプリ パスワード」の形をしています。ここで使えるのは、この機器用のパスワードだけです。',
  masked:
    '「*」や「●」だけでした。機器が画面の伏せ字をそのまま送っています。パスワードを打ち直してから保存してください。',
};
const FITTING = '形は合っているので、どこかの文字が違うか、以前のパスワードです。';

/** By the device's mode of recipients, where it is not a list. */
const RECIPIENT_RULES: Record<string, string> = {
  device:
    'この機器の宛先はすでに 10 件あり、確認待ちの宛先もいっぱいです。機器のページで、確認待ちの宛先を許可するか断ってください。',
  domains:
    'この機器は、決まったドメイン宛てだけに送れる設定です。この画面でドメインを加えるか、機器の宛先を直してください。',
  replace: 'この機器のメールは、この画面の宛先に送る設定ですが、その宛先が空です。宛先を登録してください。',
};

/** Japanese words of every diagnosis. */
/** メールのほかに届くもの。 */
const LANGUAGES: Record<string, string> = {
  HTTP: '（ブラウザーやウェブのサービス）',
  RTSP: '（カメラの映像の受信）',
  SIP: '（電話機やドアホン）',
  IMAP: '（メールの受信。送信には SMTP を選んでください）',
  SSH: '（コンピューターへの遠隔ログイン）',
};

export const TEXTS_JA: Record<DiagnosisCode, (values: DiagnosisValues) => DiagnosisText> = {
  'ok.accepted': () => ({ title: 'メールを受け取りました', advice: '設定を変える必要はありません。' }),
  'ok.login_only': () => ({
    title: 'ログインできました',
    advice:
      '機器はログインだけを行い、メールは送りませんでした（ログインのテスト）。続けてテストメールを送ってみてください。',
  }),
  'ok.pop_login': () => ({
    title: 'POP でログインできました',
    advice:
      '機器は POP でログインしました。この機器で POP before SMTP がオンになっていれば、しばらくの間、同じアドレスからのメールを認証なしで受け取ります。',
  }),
  'tls.wrong_door': ({ port, rightPort }) => ({
    title: '動いていますが、ポート番号が合っていません',
    advice: `この機器は最初から暗号化で話します。その場合の番号は ${rightPort} ですが、${port} に接続してきました。今回は受け取りました。次に機器を設定するときに ${rightPort} に変えてください。`,
    seen: port,
    right: rightPort,
  }),
  'tls.plain_on_tls_door': ({ port, rightPort, isPop }) => ({
    title: '暗号化が必要なポートに、暗号化なしで接続しています',
    advice: `ポート ${port} は最初から暗号化で話す番号です。機器の SSL/TLS をオンにするか、ポートを ${rightPort}（${isPop ? 'SSL/TLS なしの POP' : 'STARTTLS'}）に変えてください。`,
    seen: `${port}（暗号化なし）`,
    right: rightPort,
  }),
  'tls.too_old': ({ port, rightPort }) => ({
    title: '機器の暗号化方式が古いため、接続できません',
    advice: rightPort
      ? `ポート ${port} は TLS 1.2 以降の新しい暗号だけを受け付けます。古い機器用のポート ${rightPort} に変えてください。暗号化の種類はそのままで使えます。`
      : '古い機器用のポートでも、TLS 1.0 と AES より古い方式（SSL 3.0、RC4、3DES）は使えません。機器の暗号化をオフにし、この画面で暗号化なしのログインを許可するか、機器のファームウェアを更新してください。',
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
    title: '暗号化の準備が終わらないまま、接続が切れました',
    advice: `機器はポート ${port} で暗号化を始めましたが、理由を告げずに切ったか、何も送ってこなくなりました。証明書を信頼していないか、暗号化の種類が合っていないことがほとんどです。SSL/TLS と STARTTLS を切り替え、それに合うポートにしてみてください。`,
    seen: port,
  }),
  'tls.at_once': ({ port, rightPort }) => ({
    title: '最初から暗号化する機器が、STARTTLS 用のポートに接続しました',
    advice: `この機器に合うポートは ${rightPort} ですが、${port} に接続してきました。このポートでは、最初の一回は受け取れません。ポートを ${rightPort} に変えてください。機器が自分でもう一度送ってくれば、このポートでも受け取ります。`,
    seen: port,
    right: rightPort,
  }),
  'tls.unreadable': ({ port, rightPort, isRightTls }) => ({
    title: '暗号化を始めるところで、読み取れないデータが届きました',
    advice: `ポート ${port} で暗号化を始めるはずのところに、別のデータが届きました。${isRightTls ? 'STARTTLS ではなく SSL/TLS' : 'SSL/TLS ではなく STARTTLS'} を選び、ポートを ${rightPort} にしてください。それでもだめなら、ファームウェアを更新するか、機器の暗号化をオフにして、この画面で暗号化なしのログインを許可してください。`,
    seen: port,
    right: rightPort,
  }),
  'tls.left_after': ({ host, port }) => ({
    title: '暗号化の後、機器が何も送ってきませんでした',
    advice: `機器はポート ${port} に接続し、暗号化の後は何も言いませんでした。サーバー証明書を確かめて、受け入れなかったことがほとんどです。サーバー名に ${host} をこのとおり入力し（数字の IP アドレスでは通りません）、機器の時計を確かめ、「証明書を検証する」があればオフにしてください。接続できるかを試しただけの場合も、同じように見えます。`,
    seen: port,
    right: host,
  }),
  'auth.none': () => ({
    title: '機器がログインしていません',
    advice: '機器の「SMTP 認証（SMTP AUTH）」をオンにして、ユーザー名とパスワードを入力してください。',
    seen: '認証なし',
    right: 'LOGIN',
  }),
  'auth.plain_refused': ({ username, isPop, rightPort }) => ({
    title: '暗号化なしのログインは、この機器では許可されていません',
    advice: `${quoted(username)}が暗号化なしでログインしようとしました。機器の${isPop ? ' POP の SSL/TLS ' : ' STARTTLS（TLS）'}をオンに${rightPort === null ? '' : isPop ? `し、ポートを ${rightPort} に` : `するか、SSL/TLS にしてポートを ${rightPort} に`}してください。暗号化できない機器なら、この画面の機器の設定で暗号化なしのログインを許可してください。`,
    seen: '暗号化なし',
    right: isPop ? 'SSL/TLS' : 'STARTTLS',
  }),
  'auth.mechanism': ({ mechanism, isPop }) => ({
    title: '対応していない認証方式です',
    advice: isPop
      ? `機器は${quoted(mechanism)}を使おうとしました。POP の APOP や「セキュリティで保護された認証」をオフにして、ユーザー名とパスワードをそのまま送るようにしてください。`
      : `機器は${quoted(mechanism)}を使おうとしました。認証方式を LOGIN か PLAIN に変えてください。`,
    seen: mechanism,
    right: isPop ? 'USER' : 'LOGIN',
  }),
  'auth.unknown_user': ({ username, rightUsername, nearestUsername }) => ({
    title: 'ユーザー名が違います',
    advice: nearestUsername
      ? `機器に入力されていたのは${quoted(username)}です。いちばん近いのは${quoted(nearestUsername)}です。これだけを入力してください。`
      : `機器に入力されていたのは${quoted(username)}です。この機器のユーザー名${rightUsername ? quoted(rightUsername) : '（この画面に表示されています）'}を入力してください。`,
    seen: username,
    right: nearestUsername ?? rightUsername,
  }),
  'auth.mailbox_address_used': ({ username, rightUsername }) => ({
    title: 'ユーザー名の欄に、メールアドレスが入っています',
    advice: `機器に入力されていたのは${quoted(username)}です。メールアカウントのものではなく、この機器のユーザー名${rightUsername ? quoted(rightUsername) : ''}とパスワードを入力してください。`,
    seen: username,
    right: rightUsername,
  }),
  'auth.swapped': ({ rightUsername, signs }) => ({
    title: signs.includes('as_username')
      ? 'ユーザー名の欄に、パスワードが入っています'
      : 'ユーザー名とパスワードが逆に入っています',
    advice: signs.includes('as_username')
      ? `ユーザー名の欄に入っていたのはパスワードです。ユーザー名の欄には${rightUsername ? quoted(rightUsername) : 'この機器の画面に表示されているユーザー名'}を、パスワードはパスワードの欄に入力してください。`
      : `パスワードの欄に入っていた${quoted(rightUsername)}がユーザー名です。二つの欄を入れ替えてください。`,
    right: rightUsername,
  }),
  'auth.wrong_password': ({ length, signs, username, passwordOf }) => ({
    title: 'パスワードが違います',
    advice: [
      `ユーザー名${quoted(username)}は合っています。`,
      ...(passwordOf
        ? [`入力されていたのは、別の機器${quoted(passwordOf)}のパスワードです。`]
        : [
            length === null || signs.includes('empty') || signs.includes('masked')
              ? ''
              : `入力されたパスワードは ${length} 文字でした。`,
            ...signs.map((sign) => SIGNS[sign] ?? ''),
            signs.every((sign) => sign === 'full_width') ? FITTING : '',
          ]),
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
  'auth.cancelled': ({ username, isPop }) => ({
    title: '機器がログインを途中でやめました',
    advice: username
      ? `ユーザー名${quoted(username)}は合っていましたが、パスワードが送られてきませんでした。この機器のパスワードをもう一度入力して、保存してください。`
      : `ログインを始めて、途中でやめました。${isPop ? '' : '認証方式を LOGIN にし、'}ユーザー名とパスワードを入力し直してください。`,
    seen: username,
    right: username || isPop ? null : 'LOGIN',
  }),
  'auth.malformed': ({ mechanism }) => ({
    title: 'ログインの内容を読み取れませんでした',
    advice: `機器が${quoted(mechanism)}で送ってきたものは、ログインの形になっていません（入力した文字のせいとは限りません）。認証方式を LOGIN にし、ユーザー名とパスワードを入力し直して保存してください。続く場合は機器のソフトウェアの不具合が考えられますので、お知らせください。`,
    seen: mechanism,
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
  'auth.device_deleted': ({ username, rightUsername }) => ({
    title: '削除された機器のものです',
    advice: `${quoted(username)}は、この画面で削除された機器のユーザー名です。${rightUsername ? `この機器のユーザー名${quoted(rightUsername)}とパスワードを入力してください。` : '機器を追加し直して、表示されるユーザー名とパスワードを入力してください。'}`,
    seen: username,
    right: rightUsername,
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
  'rcpt.not_allowed': ({ recipient, scope }) => ({
    title: 'この宛先は許可されていません',
    advice: `機器は${quoted(recipient)}に送ろうとしました。${RECIPIENT_RULES[scope ?? ''] ?? 'この画面で機器の宛先に加えるか、機器の宛先を直してください。'}`,
    seen: recipient,
  }),
  'rcpt.invalid': ({ recipient }) => ({
    title: '宛先がメールアドレスの形になっていません',
    advice: `機器の宛先は${quoted(recipient)}でした。name@example.com のように、空白${recipient && /[^ -~]/.test(recipient) ? 'や全角文字' : ''}のないアドレスを一つ入力してください。`,
    seen: recipient || '（空欄）',
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
  'rcpt.none': () => ({
    title: '宛先がありません',
    advice: '機器はログインしてメールを始めましたが、宛先を指定しませんでした。機器に宛先を入力してください。',
    seen: '（空欄）',
  }),
  'size.too_large': ({ size, limit, scope }) => ({
    title: 'メールが大きすぎます',
    advice: `大きさは ${size ?? '上限以上'} でした${limit ? `（${scope === 'relay' ? 'すべての機器に共通の' : ''}上限は ${limit}）` : ''}。機器で画像を小さくするか枚数を減らしてください。${scope === 'relay' ? '' : 'この画面で機器の上限を上げることもできます。'}`,
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
  'data.none': () => ({
    title: 'メールの本文が届く前に、通信が終わりました',
    advice:
      'ログインしてメールを始めましたが、本文が届く前に通信が終わりました。機器からテストメールを送ってみてください。機器自身の接続テストなら、これで問題ありません。',
  }),
  'data.loop': () => ({
    title: 'メールが堂々めぐりしています',
    advice: '同じメールが何度も当サービスを通っています。宛先のメールボックスからの転送を止めてください。',
  }),
  'session.idle': ({ said }) => ({
    title: '機器からの応答が止まりました',
    advice: said
      ? `${quoted(said)}と名乗った後、時間内にログインしなかったため、通信を終えました。最後のやり取りは下にあります。機器を再起動して、もう一度試してください。`
      : '接続した後、時間内に一行も届かなかったため、通信を終えました。機器を再起動して、もう一度試してください。',
    seen: said,
  }),
  'session.left': ({ port, rightPort, isPop, isRightPop }) => ({
    title: '機器が何も言わずに接続を切りました',
    advice:
      isPop && !isRightPop
        ? `POP のログイン用のポート ${port} に接続し、何も送らずに切りました。メールの送信に使う設定なら、SMTP サーバーのポートを ${rightPort} にしてください。接続できるかを試しただけの場合も、同じように見えます。`
        : rightPort
          ? `ポート ${port} は最初から暗号化で話す番号ですが、何も送らずに切りました。暗号化がオフの機器は、あいさつを待つだけで終わります。SSL/TLS をオンにするか、ポートを ${rightPort}（${isPop ? '暗号化なしの POP' : 'STARTTLS'}）に変えてください。接続できるかを試しただけの場合も、同じように見えます。`
          : `ポート ${port} に接続し、何も送らずに切りました。接続できるかを試しただけか、途中でやめています。メールが続いて届かなければ、機器からテストメールを送り、もう一度ここをご覧ください。`,
    seen: port,
    right: rightPort,
  }),
  'session.greeted_only': ({ said, isPop }) => ({
    title: '機器は、接続できるかを確かめただけです',
    advice: `${said ? `${quoted(said)}と名乗り、` : '接続して、'}ログインもメールの送信もせずに通信を終えました。このようにサーバーを試す機器は多くあります。${isPop ? 'ログインが続かなければ、機器の POP のユーザー名とパスワードを入力してください。' : 'メールが続いて届かなければ、機器の「SMTP 認証（SMTP AUTH）」をオンにし、方式を LOGIN か PLAIN にして（CRAM-MD5・NTLM・OAuth は使えません）、ユーザー名とパスワードを入力してください。'}`,
    seen: said,
  }),
  'session.command_refused': ({ said, reply }) => ({
    title: '機器の指示に、受け付けられないものがありました',
    advice: `ログインの後に${quoted(said)}が届き、${quoted(reply)}と答えました。メールは届いていません。機器の差出人と宛先の欄に、name@example.com のようなアドレスが一つずつ入っているかを確かめてください。合っている場合は機器のソフトウェアの不具合が考えられますので、お知らせください。`,
    seen: said,
  }),
  'session.smtp_on_pop': ({ port, rightPort }) => ({
    title: 'POP 用のポートに、メールを送ろうとしています',
    advice: `ポート ${port} は POP のログイン専用です。送信（SMTP）のポートは ${rightPort} にしてください。`,
    seen: port,
    right: rightPort,
  }),
  'session.pop_on_smtp': ({ port, rightPort }) => ({
    title: '送信用のポートに、受信のやり方でログインしています',
    advice: `送信用のポート ${port} に、POP（または FTP）の USER・PASS が届きました。POP before SMTP を使う機器なら、POP のポートを ${rightPort ?? '（開いているものがありません）'} にしてください。送信の設定では、サーバーの種類が SMTP になっているかを確かめてください。`,
    seen: port,
    right: rightPort,
  }),
  'session.not_smtp': ({ host, port, said }) => ({
    title: 'メール以外の通信が届きました',
    advice: `${said === null ? `ポート ${port} に、メールではない通信（ブラウザー、ポートの検査、機器の別の機能など）が届きました。` : `ポート ${port} に届いたのは ${said}${LANGUAGES[said] ?? ''}の通信です。`}${host} とこのポートは、機器の「SMTP サーバー」の欄だけに入力してください。`,
    seen: said ?? port,
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
  'limit.connections': ({ scope }) => ({
    title: '同時の接続が多すぎます',
    advice:
      scope === 'tenant'
        ? 'お使いの機器すべてを合わせた接続の数が上限に達しています。接続を切らずに残している機器を再起動してください。'
        : 'このアドレスからの接続、または全体の接続が、その時点の上限を超えていました。もう一度送れば届きます。機器が接続を切らずに残しているときは、再起動してください。',
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
  ...MAIL_TEXTS_JA,
};
