/**
 * SQLSTATE classes in which Postgres refuses the statement as it is: unsupported, data, cardinality, integrity, syntax and rights, and what a
 * trigger raises. The same statement with the same values meets the same answer. Others (locks, cancelled, no room, away) may pass.
 */
const REFUSED_CLASS = /^(0A|21|22|23|42|P0)...$/;
const BUGS = [TypeError, RangeError, ReferenceError, SyntaxError];

/** True where repeating what threw this may help. Unknown errors may pass. */
export function canPass(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  if (typeof code === 'string' && REFUSED_CLASS.test(code)) return false;
  return !BUGS.some((bug) => error instanceof bug);
}
