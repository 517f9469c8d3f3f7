import { html, SafeHtml } from './html.ts';
import type { PageLanguage } from './language.ts';
import { textsOf } from './texts.ts';

/** Both languages on every page, whatever the browser asks for: nobody may take this for the real service. */
export const BANNER = { en: 'Sandbox — nothing is sent', ja: 'サンドボックス — 送信されません' };

/** A whole page under the banner. */
export function layout(page: { language: PageLanguage; title: string; body: SafeHtml; isNarrow?: boolean }): string {
  const texts = textsOf(page.language);
  return html`${new SafeHtml('<!doctype html>')}
<html lang="${page.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} · ${texts.title}</title>
<link rel="stylesheet" href="/assets/sandbox.css">
</head>
<body>
<header class="banner"><span lang="en">${BANNER.en}</span> / <span lang="ja">${BANNER.ja}</span></header>
<main class="${page.isNarrow ? 'narrow' : 'wide'}">
${page.body}
</main>
</body>
</html>
`.text;
}
