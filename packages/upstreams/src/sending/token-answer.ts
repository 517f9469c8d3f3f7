/** Statuses with which token endpoints refuse (RFC 6749 5.2, and the providers' own 403). */
const REFUSALS = [400, 401, 403];

/**
 * True for what a token endpoint itself says: a token, or a refusal by an OAuth word. Anything else came from a gateway in between (a proxy that wants a login, a front whose
 * back is away), and is no judgement on a permission, whatever its page says.
 */
export function isTokenAnswer(status: number, body: unknown): boolean {
  const { access_token, error } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  if (status === 200) return typeof access_token === 'string' && access_token !== '';
  return REFUSALS.includes(status) && typeof error === 'string' && /^[a-z][a-z_]*$/.test(error);
}
