/** A claim, as every write about it names it. */
export interface Claim {
  messageId: string;
  fence: number;
}

/** What a statement about claims answers. */
export interface ClaimRow {
  id: string;
  fence: number;
}

/** Which of `claims` are among `rows`, in the order of `claims`. */
export function areAmong(rows: ClaimRow[], claims: Claim[]): boolean[] {
  const written = new Set(rows.map(({ id, fence }) => `${id} ${fence}`));
  return claims.map(({ messageId, fence }) => written.has(`${messageId} ${fence}`));
}
