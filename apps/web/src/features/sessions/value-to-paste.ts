import type { Diagnosis } from '@hikyaku/contracts';

/** Where what is right is a text for a field, and not a word about it ("16 characters", "STARTTLS"). */
const PASTED: readonly Diagnosis['field'][] = ['host', 'port', 'username'];

/** What a button may put on the clipboard; null where that would be no value. `known`: what the page knows better than the dialogue. */
export function valueToPaste(
  { field, right }: Pick<Diagnosis, 'field' | 'right'>,
  known: string | null,
): string | null {
  return known ?? (PASTED.includes(field) ? right : null);
}
