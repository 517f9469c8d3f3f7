/** Both languages in one mail: at sign-up nobody knows the reader's yet, and whoever acts on an account need not be its person. */
export const both = (ja: string, en: string, url: string) => `${ja}\n${url}\n\n――\n\n${en}\n${url}\n`;

export function verificationMail(url: string): { subject: string; text: string } {
  return {
    subject: 'メールアドレスの確認 / Confirm your address (Hikyaku)',
    text: both(
      'Hikyaku へのご登録ありがとうございます。次のリンクを開き、登録のときに決めたパスワードを入力すると、メールアドレスの確認が完了します（24 時間有効）。\nお心当たりがない場合は、このメールを破棄してください。アカウントは作成されません。',
      'Thank you for signing up to Hikyaku. Open this link within 24 hours and enter the password that you chose when you signed up.\nIf it was not you, just delete this mail: no account is made.',
      url,
    ),
  };
}

/** For an address that has an account: the page says the same to whoever typed it, known or not. */
export function knownAddressMail(url: string): { subject: string; text: string } {
  return {
    subject: 'アカウントはすでにあります / You already have an account (Hikyaku)',
    text: both(
      'このアドレスで新規登録の操作がありましたが、アカウントはすでにあります。次のページからログインしてください。パスワードを忘れた場合も、そこから再設定できます。\nお心当たりがない場合は、何もする必要はありません。',
      'Somebody signed up with this address, which has an account already. Sign in here; a forgotten password can be set anew from there.\nIf it was not you, there is nothing to do.',
      url,
    ),
  };
}

export function resetMail(url: string): { subject: string; text: string } {
  return {
    subject: 'パスワードの再設定 / Set a new password (Hikyaku)',
    text: both(
      '次のリンクから新しいパスワードを設定できます（1 時間有効）。お心当たりがない場合は、このメールを破棄してください。',
      'Open this link within an hour to set a new password. If it was not you, just delete this mail.',
      url,
    ),
  };
}

/** A change of how an account is signed in to. */
export type AccountChange =
  | `second_step.${'turned_on' | 'turned_off' | 'codes_renewed' | 'locked' | 'taken'}`
  | `passkey.${'added' | 'removed'}`
  | `sign_in.${'linked' | 'unlinked'}`
  | 'api_key.made'
  | `password.${'changed' | 'reset'}`;

const CHANGES: Record<AccountChange, { subject: string; ja: string; en: string }> = {
  'second_step.turned_on': {
    subject: '2 段階認証をオンにしました / Two-step sign-in is on (Hikyaku)',
    ja: '2 段階認証がオンになりました。これからは、ログインのときに認証アプリのコードも入力します。\nお心当たりがない場合は、ほかの人がパスワードを知っています。パスワードを再設定し、リレーの運営者に相談してください。',
    en: 'Two-step sign-in is on for your account: from now on, signing in also takes the code of an authenticator app.\nIf it was not you, somebody knows your password: set a new one, and ask whoever runs this relay to take the step away.',
  },
  'second_step.turned_off': {
    subject: '2 段階認証をオフにしました / Two-step sign-in is off (Hikyaku)',
    ja: '2 段階認証がオフになりました。これからは、パスワードだけでログインできます。\nお心当たりがない場合は、すぐにパスワードを変更し、2 段階認証をもう一度オンにしてください。',
    en: 'Two-step sign-in is off for your account: from now on, the password alone signs in.\nIf it was not you, change your password at once, and turn the step on again.',
  },
  'second_step.codes_renewed': {
    subject: 'リカバリーコードを作り直しました / New recovery codes (Hikyaku)',
    ja: 'リカバリーコードが作り直されました。前のコードは使えません。\nお心当たりがない場合は、すぐにパスワードを変更し、リカバリーコードをもう一度作り直してください。',
    en: 'New recovery codes were made for your account. The ones before stopped working.\nIf it was not you, change your password at once, and make new codes again.',
  },
  'second_step.locked': {
    subject: 'ログインを一時的に止めました / Sign-in is held for a while (Hikyaku)',
    ja: '正しいパスワードのあとに、間違ったコードが 10 回続けて入力されました。15 分のあいだ、正しいコードでもログインできません。機器からの送信は続きます。\nお心当たりがない場合は、ほかの人がパスワードを知っています。ログインしている端末か、パスワードの再設定から、すぐに変更してください。',
    en: 'After the right password, ten wrong codes were entered in a row. For a quarter of an hour no code signs in; devices go on sending.\nIf it was not you, somebody knows your password: change it at once, where you are signed in, or by setting a new one.',
  },
  'second_step.taken': {
    subject: '2 段階認証が解除されました / Two-step sign-in was taken away (Hikyaku)',
    ja: 'リレーの運営者が、あなたの 2 段階認証を解除しました。現在は、パスワードだけでログインできます。次のページからもう一度設定してください。\n依頼した覚えがない場合は、すぐにパスワードを変更し、リレーの運営者に確認してください。',
    en: 'Whoever runs this relay took two-step sign-in away from your account: the password alone signs in now. Set it up again on this page.\nIf you did not ask for it, change your password at once, and ask them.',
  },
  'passkey.added': {
    subject: 'パスキーを追加しました / A passkey was added (Hikyaku)',
    ja: '次のパスキーが追加されました。これからは、このパスキーだけでログインできます。\n\n　{name}\n\nお心当たりがない場合は、ほかの人がパスワードを知っています。次のページでこのパスキーを削除し、すぐにパスワードを変更してください。',
    en: 'This passkey was added to your account. From now on it signs in by itself.\n\n  {name}\n\nIf it was not you, somebody knows your password: remove the passkey on this page, and change your password at once.',
  },
  'passkey.removed': {
    subject: 'パスキーを削除しました / A passkey was removed (Hikyaku)',
    ja: 'パスキーが 1 つ削除されました。削除したパスキーでは、もうログインできません。\nお心当たりがない場合は、ほかの人がパスワードを知っています。すぐにパスワードを変更してください。',
    en: 'A passkey of your account was removed, and does not sign in any more.\nIf it was not you, somebody knows your password: change it at once.',
  },
  'sign_in.linked': {
    subject: 'ほかのサービスでのログインを追加しました / A sign-in was linked (Hikyaku)',
    ja: '次のアカウントでもログインできるようになりました。\n\n　{name}\n\nお心当たりがない場合は、ほかの人がパスワードを知っています。次のページでこの連携を解除し、すぐにパスワードを変更してください。',
    en: 'This account signs in to yours, too, from now on.\n\n  {name}\n\nIf it was not you, somebody knows your password: remove the link on this page, and change your password at once.',
  },
  'sign_in.unlinked': {
    subject: 'ほかのサービスでのログインを解除しました / A sign-in was removed (Hikyaku)',
    ja: '次のアカウントでは、もうログインできません。\n\n　{name}\n\nお心当たりがない場合は、ほかの人がパスワードを知っています。すぐにパスワードを変更してください。',
    en: 'This account does not sign in to yours any more.\n\n  {name}\n\nIf it was not you, somebody knows your password: change it at once.',
  },
  'api_key.made': {
    subject: 'API キーを作成しました / An API key was made (Hikyaku)',
    ja: '次の API キーが作成されました。このキーを持つプログラムは、ログインせずに、あなたの代わりに操作できます。\n\n　{name}\n\nお心当たりがない場合は、次のページでこのキーを削除し、すぐにパスワードを変更してください。',
    en: 'This API key was made in your account. A program that holds it acts for you without signing in.\n\n  {name}\n\nIf it was not you, remove the key on this page, and change your password at once.',
  },
  'password.changed': {
    subject: 'パスワードを変更しました / Your password was changed (Hikyaku)',
    ja: 'ログイン用のパスワードが変更されました。機器のパスワードは変わりません。\nお心当たりがない場合は、ログイン画面の「パスワードを忘れた方」からすぐに再設定し、次のページで見覚えのないパスキー、連携、API キーを削除してください。',
    en: 'The password that you sign in with was changed. Devices keep theirs.\nIf it was not you, set a new one at once ("Forgot your password?" on the sign-in page), and remove passkeys, linked sign-ins and API keys that you do not know on this page.',
  },
  'password.reset': {
    subject: 'パスワードを再設定しました / A new password was set (Hikyaku)',
    ja: 'メールのリンクから、ログイン用の新しいパスワードが設定されました。ログイン中だった端末は、すべてログアウトされました。機器のパスワードは変わりません。\nお心当たりがない場合は、ほかの人があなたのメールを読んでいます。先にメールのパスワードを変更し、それからここで再設定して、次のページで見覚えのないパスキー、連携、API キーを削除してください。',
    en: 'A new password was set by a link of a mail. Everybody who was signed in to your account was signed out; devices keep their own passwords.\nIf it was not you, somebody reads your mail: change the password of your mail first, set one here again, and remove passkeys, linked sign-ins and API keys that you do not know on this page.',
  },
};

/** `url`: the page of settings, where all of it stands. `name`: what the person calls what was added. */
export function accountChangeMail(change: AccountChange, url: string, name = ''): { subject: string; text: string } {
  const { subject, ja, en } = CHANGES[change];
  const named = (text: string) => text.replace('{name}', () => name);
  return { subject, text: both(named(ja), named(en), url) };
}
