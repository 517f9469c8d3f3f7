import type { Mailbox } from '../mailboxes/mail-store.ts';
import { formatTime } from './format.ts';
import { html } from './html.ts';
import type { PageLanguage } from './language.ts';
import { layout } from './layout.ts';
import { textsOf } from './texts.ts';

/** Mailboxes shown at once, those with the newest mail. */
const MAX_SHOWN = 200;

export function indexPage(language: PageLanguage, mailboxes: Mailbox[]): string {
  const texts = textsOf(language);
  const rows = mailboxes.slice(0, MAX_SHOWN).map(
    (mailbox) => html`<li><a class="row" href="/mailboxes/${encodeURIComponent(mailbox.address)}">
<span class="strong">${mailbox.address}</span>
<span class="counts"><span class="chip">${texts.inbox} ${mailbox.inbox}</span> <span class="chip">${texts.sent} ${mailbox.sent}</span></span>
<span class="quiet">${texts.newest}: ${formatTime(mailbox.newestAt, language)}</span>
</a></li>\n`,
  );
  const body = html`<h1>${texts.mailboxes}</h1>
<p class="lead">${texts.sandboxLead}</p>
<p><a href="/controls">${texts.controls}</a></p>
${rows.length ? html`<ul class="list">${rows}</ul>` : html`<p class="card">${texts.noMailboxes}</p>`}`;
  return layout({ language, title: texts.mailboxes, body });
}
