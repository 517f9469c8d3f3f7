/** Both languages in one mail: at sign-up nobody knows the reader's yet. */
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
