/** Both languages in one mail: at sign-up nobody knows the reader's yet, and whoever acts on an account need not be its person. */
const both = (ja: string, en: string, url: string) => `${ja}\n${url}\n\n――\n\n${en}\n${url}\n`;

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

export type SecondStepChange =
  | 'second_step.turned_on'
  | 'second_step.turned_off'
  | 'second_step.codes_renewed'
  | 'second_step.locked';

const SECOND_STEP: Record<SecondStepChange, { subject: string; ja: string; en: string }> = {
  'second_step.turned_on': {
    subject: '2 段階認証をオンにしました / Two-step sign-in is on (Hikyaku)',
    ja: '2 段階認証がオンになりました。これからは、ログインのときに認証アプリのコードも入力します。\nお心当たりがない場合は、ほかの人がパスワードを知っています。パスワードを再設定し、このリレーを運用している人に相談してください。',
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
};

/** `url`: the page of settings, where a password is changed and the step stands. */
export function secondStepMail(change: SecondStepChange, url: string): { subject: string; text: string } {
  const { subject, ja, en } = SECOND_STEP[change];
  return { subject, text: both(ja, en, url) };
}
