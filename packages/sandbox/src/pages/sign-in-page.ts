import type { SandboxContext } from '../context.ts';
import type { AuthorizeRequest } from '../oauth/authorize-request.ts';
import { hiddenFields } from './hidden-fields.ts';
import { html } from './html.ts';
import type { PageLanguage } from './language.ts';
import { layout } from './layout.ts';
import { providerName } from './provider-name.ts';
import { fill, textsOf } from './texts.ts';

/** Accounts offered for choosing. */
const MAX_OFFERED = 8;

/** Asks for the account; the form calls the authorize endpoint again with the address as its hint. */
export function signInPage(page: {
  language: PageLanguage;
  context: SandboxContext;
  request: AuthorizeRequest;
  action: string;
}): string {
  const { language, request, action } = page;
  const texts = textsOf(language);
  const title = fill(texts.signInTo, { provider: providerName(request.provider) });
  const known = page.context.grants
    .accounts()
    .filter((account) => account.provider === request.provider)
    .slice(-MAX_OFFERED);
  const choices = known.map(
    ({ address }) =>
      html`<button class="choice" type="submit" name="login_hint" value="${address}">${address}</button>\n`,
  );
  // Once chosen, the page must not ask for the account again.
  const fields = hiddenFields(request.params, ['login_hint', 'prompt']);
  const prompts = request.prompts.filter((prompt) => prompt !== 'select_account');
  const body = html`<section class="card">
<p class="provider">${providerName(request.provider)}</p>
<h1>${title}</h1>
<form method="get" action="${action}">
${fields}
<input type="hidden" name="prompt" value="${prompts.join(' ') || 'login'}">
<label for="login_hint">${texts.address}</label>
<input id="login_hint" name="login_hint" type="email" required autocomplete="off" autofocus placeholder="name@example.jp">
<p class="hint">${texts.signInHint}</p>
<button class="primary" type="submit">${texts.next}</button>
</form>
${
  choices.length > 0 &&
  html`<form method="get" action="${action}" class="choices">
${fields}
<input type="hidden" name="prompt" value="${prompts.join(' ') || 'login'}">
<h2>${texts.knownAccounts}</h2>
${choices}
</form>`
}
</section>`;
  return layout({ language, title, body, isNarrow: true });
}
