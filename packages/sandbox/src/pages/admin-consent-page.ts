import { hiddenFields } from './hidden-fields.ts';
import { html } from './html.ts';
import type { PageLanguage } from './language.ts';
import { layout } from './layout.ts';
import { providerName } from './provider-name.ts';
import { scopeText, textsOf } from './texts.ts';

/** An administrator signs in by an address of the organization, and decides for everybody in it. */
export function adminConsentPage(page: {
  language: PageLanguage;
  params: Record<string, string>;
  scopes: string[];
  action: string;
}): string {
  const { language, params, scopes, action } = page;
  const texts = textsOf(language);
  const body = html`<section class="card">
<p class="provider">${providerName('microsoft')}</p>
<h1>${texts.adminTitle}</h1>
<p>${texts.consentLead}</p>
<form method="post" action="${action}">
${hiddenFields(params)}
<ul class="scopes">
${scopes.map((scope) => html`<li>${scopeText(scope, language)}</li>\n`)}
</ul>
<label>${texts.adminAddress} <input type="email" name="address" autocomplete="off"></label>
<div class="buttons">
<button class="primary" type="submit" name="decision" value="accept">${texts.accept}</button>
<button type="submit" name="decision" value="cancel">${texts.cancel}</button>
</div>
</form>
</section>`;
  return layout({ language, title: texts.adminTitle, body, isNarrow: true });
}
