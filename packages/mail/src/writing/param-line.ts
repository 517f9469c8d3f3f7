import type { MailChange } from '../mail-change.ts';
import { cleanText } from '../reading/clean-text.ts';
import { decodeWords } from '../reading/encoded-word.ts';
import { type HeaderParam, type ParamValue, paramItems } from '../reading/header-params.ts';
import type { HeaderField } from '../reading/header-scan.ts';
import { formatAsIs, formatItems, isPlain } from './field-format.ts';

/** A field with parameters as it came, or written anew when it holds raw bytes or readers take it in different ways. */
export function paramLine(field: HeaderField, parsed: ParamValue, changes: Set<MailChange>): string {
  if (parsed.isStrict && isPlain(field)) return formatAsIs(field);
  changes.add('header.reencoded');
  return newParamLine(field.label, parsed);
}

/** A field with parameters, written anew. */
export function newParamLine(label: string, { value, params }: Pick<ParamValue, 'value' | 'params'>): string {
  return formatItems(label, paramItems({ value: cleanText(value), params: params.map(cleanParam) }), ';');
}

/** File names lose what a file name cannot hold (M13). */
function cleanParam({ name, value }: HeaderParam): HeaderParam {
  const text = cleanText(decodeWords(value));
  if (name !== 'name' && name !== 'filename') return { name, value: text };
  return {
    name,
    value: text
      .replace(/[\\/:*?"<>|]/g, '_')
      .slice(-200)
      .toWellFormed(),
  };
}
