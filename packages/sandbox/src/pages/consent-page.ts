import type { AccountIdentity } from '../accounts/account.ts';
import type { AuthorizeRequest } from '../oauth/authorize-request.ts';
import { hiddenFields } from './hidden-fields.ts';
import { html, type SafeHtml } from './html.ts';
import type { PageLanguage } from './language.ts';
import { layout } from './layout.ts';
import { providerName } from './provider-name.ts';
import { fill, scopeText, textsOf } from './texts.ts';

/** Lists what the relay asks for. Google's permissions beyond signing in have boxes that can be unticked. */
export function consentPage(page: {
  language: PageLanguage;
  request: AuthorizeRequest;
  account: AccountIdentity;
  action: string;
}): string {
  const { language, request, account, action } = page;
  const texts = textsOf(language);
  const item = (scope: string): SafeHtml => {
    const text = scopeText(scope, language);
    if (account.provider === 'google' && scope.startsWith('https://')) {
      return html`<li><label class="tick"><input type="checkbox" name="${scope}" checked> ${text}</label></li>\n`;
    }
    return html`<li>${text}</li>\n`;
  };
  const body = html`<section class="card">
<p class="provider">${providerName(request.provider)}</p>
<h1>${texts.consentTitle}</h1>
<p class="account">${fill(texts.consentFor, { address: account.address })}</p>
<p>${texts.consentLead}</p>
<form method="post" action="${action}">
${hiddenFields(request.params)}
<ul class="scopes">
${request.scopes.map(item)}
</ul>
<div class="buttons">
<button class="primary" type="submit" name="decision" value="accept">${texts.accept}</button>
<button type="submit" name="decision" value="cancel">${texts.cancel}</button>
</div>
</form>
</section>`;
  return layout({ language, title: texts.consentTitle, body, isNarrow: true });
}
