import { html, type SafeHtml } from './html.ts';

/** The authorize call's parameters, carried by a form. */
export function hiddenFields(params: Record<string, string>, except: string[] = []): SafeHtml[] {
  return Object.entries(params)
    .filter(([name]) => !except.includes(name))
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`);
}
