import type { DraftMessage } from '../graph-types.ts';

/** A single-value extended property of a message: `String {guid} Name …`, and what it says. */
interface AskedProperty {
  id: string;
  value: string;
}

const LITERAL = "'((?:[^']|''){1,300})'";
const FILTER = new RegExp(
  `^singleValueExtendedProperties/any\\(ep: ?ep/id eq ${LITERAL} and ep/value eq ${LITERAL}\\)$`,
  'i',
);

/** The one filter over messages that is read here: a property of that id and value, as Graph documents it. */
export function readPropertyFilter(filter: unknown): AskedProperty | undefined {
  const [, id, value] = (typeof filter === 'string' && FILTER.exec(filter)) || [];
  if (id === undefined || value === undefined) return undefined;
  return { id: id.replaceAll("''", "'"), value: value.replaceAll("''", "'") };
}

/** Graph heeds the case of a property's name, and not that of its value. */
export function hasProperty({ singleValueExtendedProperties: all }: DraftMessage, asked: AskedProperty): boolean {
  if (!Array.isArray(all)) return false;
  return all.some(({ id, value }) => id === asked.id && value?.toLowerCase() === asked.value.toLowerCase());
}
