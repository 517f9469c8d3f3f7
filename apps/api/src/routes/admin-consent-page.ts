const TEXTS = {
  en: {
    approved: [
      'Hikyaku is approved',
      'Members of your organization can now connect their mailboxes. Tell the person who sent you the link. You can close this page.',
    ],
    refused: [
      'Hikyaku was not approved',
      'Nothing was changed. Open the link again to decide otherwise; you need to be an administrator who may approve applications.',
    ],
  },
  ja: {
    approved: [
      'Hikyaku を承認しました',
      'この組織のメンバーは、メールアカウントを接続できるようになりました。リンクを送ってきた方にお知らせください。このページは閉じてかまいません。',
    ],
    refused: [
      'Hikyaku は承認されませんでした',
      '何も変更されていません。承認するには、もう一度リンクを開いてください。アプリケーションを承認できる管理者の権限が必要です。',
    ],
  },
} as const;

/** What an administrator sees who comes back from approving or refusing the relay. Of the address nothing is shown: anybody can write one. */
export function adminConsentPage(isApproved: boolean, acceptLanguage: string | undefined): string {
  const language = /^\s*ja\b/i.test(acceptLanguage ?? '') ? 'ja' : 'en';
  const [title, text] = TEXTS[language][isApproved ? 'approved' : 'refused'];
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title></head>
<body><main><h1>${title}</h1><p>${text}</p></main></body>
</html>
`;
}
