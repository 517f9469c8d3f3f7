import type { SandboxProvider } from '../accounts/account.ts';
import { html } from './html.ts';
import type { PageLanguage } from './language.ts';
import { layout } from './layout.ts';
import { providerName } from './provider-name.ts';
import { textsOf } from './texts.ts';

/** A refusal that stays at the provider: nothing goes back to the relay. */
export function errorPage(page: {
  language: PageLanguage;
  provider?: SandboxProvider;
  title: string;
  text: string;
}): string {
  const texts = textsOf(page.language);
  const body = html`<section class="card">
${page.provider && html`<p class="provider">${providerName(page.provider)}</p>`}
<h1>${texts.errorTitle}</h1>
${page.provider && html`<p>${texts.errorLead}</p>`}
<p><code>${page.title}</code></p>
<p class="message">${page.text}</p>
</section>`;
  return layout({ language: page.language, title: texts.errorTitle, body, isNarrow: true });
}
