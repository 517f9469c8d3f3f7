import { type Box, cameAt, type StoredMail } from '../mailboxes/stored-mail.ts';
import { formatSize, formatTime } from './format.ts';
import { html, type SafeHtml } from './html.ts';
import type { PageLanguage } from './language.ts';
import { layout } from './layout.ts';
import { textsOf } from './texts.ts';

/** One address: what it received and what it sent. */
export function mailboxPage(language: PageLanguage, address: string, boxes: Record<Box, StoredMail[]>): string {
  const texts = textsOf(language);
  const section = (box: Box): SafeHtml => {
    const rows = boxes[box].map(
      (mail) => html`<li><a class="row" href="/mails/${mail.id}?box=${box}&of=${encodeURIComponent(address)}">
<span class="strong">${mail.subject || texts.noSubject}</span>
<span>${box === 'inbox' ? mail.from : [...mail.to, ...mail.cc, ...mail.bcc].join(', ')}</span>
<span class="quiet">${formatTime(cameAt(mail, box), language)} · ${formatSize(mail.sizeBytes)}</span>
</a></li>\n`,
    );
    return html`<section id="${box}">
<h2>${texts[box]} <span class="chip">${rows.length}</span></h2>
${rows.length ? html`<ul class="list">${rows}</ul>` : html`<p class="quiet">${texts.empty}</p>`}
</section>`;
  };
  const body = html`<p><a href="/">← ${texts.back}</a></p>
<h1>${address}</h1>
${section('inbox')}
${section('sent')}`;
  return layout({ language, title: address, body });
}
