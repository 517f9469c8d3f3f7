import type { Box, StoredMail } from '../mailboxes/stored-mail.ts';
import type { MailPart } from '../mime/parts.ts';
import { formatSize, formatTime } from './format.ts';
import { html, type SafeHtml } from './html.ts';
import type { PageLanguage } from './language.ts';
import { layout } from './layout.ts';
import { isPicture } from './part-route.ts';
import { textsOf } from './texts.ts';

/** Text shown of one part; the source has the rest. */
const MAX_TEXT = 200_000;

/** One mail: who and when, its text, its pictures, its other parts. */
export function mailPage(page: {
  language: PageLanguage;
  mail: StoredMail;
  box: Box;
  /** Whose folder it was opened from. */
  owner: string;
  parts: MailPart[];
}): string {
  const { language, mail, box, owner, parts } = page;
  const texts = textsOf(language);
  const line = (name: string, value: string): SafeHtml | false =>
    value !== '' && html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`;
  const numbered = parts.map((part, index) => ({ part, href: `/mails/${mail.id}/parts/${index}`, index }));
  const pictures = numbered.filter(({ part }) => isPicture(part.type));
  const written = numbered.filter(({ part }) => part.type.startsWith('text/') && !part.isAttachment);
  const others = numbered.filter((item) => !pictures.includes(item) && !written.includes(item));
  const title = mail.subject || texts.noSubject;
  const body = html`<p><a href="/mailboxes/${encodeURIComponent(owner)}">← ${owner}</a></p>
<h1>${title}</h1>
<dl class="card">
${line(texts.from, mail.from)}${line(texts.to, mail.to.join(', '))}${line(texts.cc, mail.cc.join(', '))}
${box === 'sent' && line(texts.bcc, mail.bcc.join(', '))}
${line(texts.date, formatTime(mail.at, language))}${line(texts.size, formatSize(mail.sizeBytes))}
</dl>
${written.map(({ part, href }) =>
  part.type === 'text/html'
    ? html`<h2>${texts.formatted}</h2><iframe class="card" sandbox src="${href}" title="${texts.formatted}"></iframe>\n`
    : html`<h2>${texts.text}</h2><pre class="card">${part.text().slice(0, MAX_TEXT)}</pre>\n`,
)}
${pictures.length > 0 && html`<h2>${texts.pictures}</h2>`}
<div class="pictures">
${pictures.map(
  ({
    part,
    href,
    index,
  }) => html`<figure class="card"><a href="${href}"><img src="${href}" alt="${part.fileName ?? `${texts.pictures} ${index + 1}`}"></a>
<figcaption>${part.fileName ?? part.type} · ${formatSize(part.bytes().length)}</figcaption></figure>\n`,
)}
</div>
${others.length > 0 && html`<h2>${texts.attachments}</h2>`}
<ul class="list">
${others.map(
  ({ part, href }) => html`<li><a class="row" href="${href}"><span class="strong">${part.fileName ?? part.type}</span>
<span class="quiet">${part.type} · ${formatSize(part.bytes().length)} · ${texts.download}</span></a></li>\n`,
)}
</ul>
<p><a href="/mails/${mail.id}/source?box=${box}">${texts.source} (${texts.download})</a></p>`;
  return layout({ language, title, body });
}
