/** Both languages in one mail: at sign-up nobody knows the reader's yet. */
const both = (ja: string, en: string, url: string) => `${ja}\n${url}\n\n――\n\n${en}\n${url}\n`;

export function verificationMail(url: string): { subject: string; text: string } {
  return {
    subject: 'メールアドレスの確認 / Confirm your address (Hikyaku)',
    text: both(
      'Hikyaku へのご登録ありがとうございます。次のリンクを開くと、メールアドレスの確認が完了します。\nお心当たりがない場合は、このメールを破棄してください。',
      'Thank you for signing up to Hikyaku. Open this link to confirm your address.\nIf it was not you, just delete this mail.',
      url,
    ),
  };
}

export function resetMail(url: string): { subject: string; text: string } {
  return {
    subject: 'パスワードの再設定 / Set a new password (Hikyaku)',
    text: both(
      '次のリンクから新しいパスワードを設定できます。お心当たりがない場合は、このメールを破棄してください。',
      'Open this link to set a new password. If it was not you, just delete this mail.',
      url,
    ),
  };
}
