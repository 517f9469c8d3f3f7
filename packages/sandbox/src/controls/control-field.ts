import { html, type SafeHtml } from '../pages/html.ts';

/** The part of a JSON schema that a form's field is made of. */
export interface FieldSchema {
  type?: string | string[];
  enum?: readonly (string | number)[];
  minimum?: number;
  maximum?: number;
  items?: { enum?: readonly string[] };
}

export type FieldKind = 'choice' | 'number' | 'list' | 'yes_no' | 'lines' | 'text';

/** How a value of this schema is entered. */
export function fieldKind(schema: FieldSchema): FieldKind {
  const types = [schema.type ?? []].flat();
  if (schema.enum) return 'choice';
  if (types.includes('array')) return 'list';
  if (types.includes('boolean')) return 'yes_no';
  if (types.includes('integer')) return 'number';
  // Headers, and a body of any kind.
  return types.length === 0 || types.includes('object') ? 'lines' : 'text';
}

/** What was typed as a value of the schema. A text that is none stays text: the schema then refuses it by its name. */
export function readField(schema: FieldSchema, typed: string): unknown {
  const text = typed.trim();
  switch (fieldKind(schema)) {
    case 'choice':
      return schema.enum!.find((choice) => String(choice) === text) ?? text;
    case 'number':
      return /^\d+$/.test(text) ? Number(text) : text;
    case 'list':
      return text.split(/[\s,]+/).filter(Boolean);
    case 'yes_no':
      return text === 'yes' ? true : text === 'no' ? false : text;
    default:
      return text;
  }
}

/** A labelled field with its present value. `hasNone`: it may be left as it is, which an empty one means. */
export function controlField(field: {
  name: string;
  schema: FieldSchema;
  value: unknown;
  hint: string;
  hasNone: boolean;
  words: { unchanged: string; yes: string; no: string };
}): SafeHtml {
  const { name, schema, value, hint, hasNone, words } = field;
  const option = (choice: string, text: string, isChosen: boolean): SafeHtml =>
    isChosen
      ? html`<option value="${choice}" selected>${text}</option>`
      : html`<option value="${choice}">${text}</option>`;
  const none = hasNone ? [option('', words.unchanged, value === undefined)] : [];
  const select = (choices: SafeHtml[]): SafeHtml =>
    html`<select id="${name}" name="${name}">${[...none, ...choices]}</select>`;
  const inputs: Record<FieldKind, () => SafeHtml> = {
    choice: () => select(schema.enum!.map((choice) => option(String(choice), String(choice), choice === value))),
    yes_no: () => select([option('yes', words.yes, value === true), option('no', words.no, value === false)]),
    number: () => html`<input id="${name}" name="${name}" inputmode="numeric" value="${shown(value)}">`,
    list: () => html`<textarea id="${name}" name="${name}" rows="2">${[value ?? []].flat().join('\n')}</textarea>`,
    lines: () => html`<textarea id="${name}" name="${name}" rows="2">${shown(value)}</textarea>`,
    text: () => html`<input id="${name}" name="${name}" value="${shown(value)}">`,
  };
  return html`<div class="field"><label for="${name}"><code>${name}</code></label>
${inputs[fieldKind(schema)]()}
<p class="hint">${hint}</p></div>\n`;
}

const shown = (value: unknown): string => (value === undefined || value === null ? '' : String(value));
