import type { SandboxContext } from '../context.ts';
import type { Fault } from '../knobs/fault.ts';
import { html, type SafeHtml } from '../pages/html.ts';
import type { PageLanguage } from '../pages/language.ts';
import { layout } from '../pages/layout.ts';
import { textsOf } from '../pages/texts.ts';
import { controlField } from './control-field.ts';
import { CONTROL_GROUPS, type ControlGroup } from './control-groups.ts';
import { type ControlWords, controlHint, controlWords } from './control-texts.ts';

interface ControlsPage {
  language: PageLanguage;
  context: Pick<SandboxContext, 'knobs' | 'faults'>;
  /** Whose knobs are shown; empty: nobody's. */
  account: string;
  /** What came of the last form. */
  said: string;
  problem?: string;
}

/** Faults shown; the JSON has all of them. */
const MAX_SHOWN = 100;

/** All knobs there are, and the faults that wait. */
export function controlsPage({ language, context, account, said, problem }: ControlsPage): string {
  const words = controlWords(language);
  const { knobs, faults } = context;
  const { keep, ...values } = knobs.values();
  const fieldsOf = (group: ControlGroup, present: Record<string, unknown>, hasNone: boolean): SafeHtml[] =>
    Object.entries(CONTROL_GROUPS[group]).map(([name, schema]) =>
      controlField({
        name,
        schema,
        value: present[name],
        hint: controlHint(language, group, name),
        hasNone: hasNone && !(group === 'fault' && name === 'call'),
        words,
      }),
    );
  const known = Object.keys(knobs.accounts());
  const body = html`<p><a href="/">← ${textsOf(language).back}</a></p>
<h1>${words.title}</h1>
<p class="lead">${words.lead}</p>
${saidOf(words, said, problem)}
${section(words.whole, form('whole', words.set, fieldsOf('whole', { ...values, ...keep }, false)))}
<section><h2>${words.faults}</h2>
<p class="quiet">${words.faultsLead}</p>
<h3>${words.waiting}</h3>
${waitingFaults(words, faults.list())}
${form('fault', words.add, fieldsOf('fault', {}, true))}
</section>
<section><h2>${words.account}</h2>
<form method="post" action="/controls" class="controls"><input type="hidden" name="group" value="look">
<div class="field"><label for="look">${textsOf(language).address}</label><input id="look" name="address" value="${account}"></div>
<div class="buttons"><button type="submit">${words.choose}</button></div></form>
${known.length ? html`<p class="quiet">${words.known}: ${known.slice(0, MAX_SHOWN).map((address) => html`<a href="/controls?account=${encodeURIComponent(address)}">${address}</a> `)}</p>` : ''}
${account ? form('account', words.set, fieldsOf('account', { ...knobs.account(account) }, true), account) : ''}
</section>
${section(words.happen, form('happen', words.let, fieldsOf('happen', { account }, false)))}
${section(words.reset, html`<p class="quiet">${words.resetLead}</p>${form('reset', words.reset, [])}`)}`;
  return layout({ language, title: words.title, body });
}

function saidOf(words: ControlWords, said: string, problem: string | undefined): SafeHtml | '' {
  if (said === 'done') return html`<p class="card" role="status">${words.done}</p>`;
  if (said === 'reset') return html`<p class="card" role="status">${words.resetDone}</p>`;
  return said === 'refused' ? html`<p class="card" role="alert">${words.refused} <code>${problem}</code></p>` : '';
}

const section = (title: string, content: SafeHtml): SafeHtml => html`<section><h2>${title}</h2>
${content}
</section>`;

/** `address`: whose knobs it turns. */
const form = (group: string, button: string, fields: SafeHtml[], address?: string): SafeHtml =>
  html`<form method="post" action="/controls" class="controls"><input type="hidden" name="group" value="${group}">
${address ? html`<input type="hidden" name="address" value="${address}">` : ''}
${fields}
<div class="buttons"><button class="primary" type="submit">${button}</button></div></form>`;

function waitingFaults(words: ControlWords, faults: Fault[]): SafeHtml {
  if (faults.length === 0) return html`<p class="quiet">${words.noFaults}</p>`;
  const rows = faults.slice(0, MAX_SHOWN).map(({ provider, mailbox, call, times, ...rest }) => {
    const what = [
      rest.delayMs ? `${rest.delayMs} ms` : '',
      rest.drop ? 'drop' : '',
      rest.preset ?? '',
      rest.status ?? '',
      rest.after ? `after ${rest.after}` : '',
    ];
    return html`<li class="row"><span class="strong">${provider ?? '*'} · ${call}</span><span>${mailbox ?? '*'}</span>
<span class="quiet">${what.filter(Boolean).join(' · ')} <span class="chip">${times === null ? '∞' : `× ${times}`}</span></span></li>\n`;
  });
  return html`<ul class="list">${rows}</ul>
${form('no_faults', words.clear, [])}`;
}
