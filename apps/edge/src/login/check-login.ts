import { isOldTls, type LoginRefusal, normalizeUsername, RelayError } from '@hikyaku/core';
import type { Login } from '../smtp/sasl.ts';
import type { SmtpServices } from '../smtp/services.ts';
import type { Identity, Session } from '../smtp/session.ts';
import { asMeant } from './encoded-before.ts';

/** Who wants to sign in, by whatever protocol. */
export type LoginClient = Pick<Session, 'door' | 'clientAddress' | 'log' | 'isSecure' | 'tls' | 'identity' | 'admit'>;
export type LoginServices = Pick<
  SmtpServices,
  'authenticator' | 'authDelay' | 'clock' | 'metrics' | 'explainLogin' | 'policies'
>;

/** `in`: signed in, and recorded. `other`: a good login of another device than the one that is signed in. `refused`: told in these words, after the delay. */
export type LoginOutcome = { kind: 'in' } | { kind: 'other' } | { kind: 'refused'; error: RelayError };

/** Checks user name and password; all refusals look the same, whatever was wrong. @throws RelayError of the snapshot, to be answered as it is */
export function checkLogin(
  client: LoginClient,
  services: LoginServices,
  mechanism: string,
  given: Login,
): Promise<LoginOutcome> {
  const { authenticator, authDelay, policies } = services;
  const login = asMeant(given);
  return orRefuse(client, services, { mechanism, ...login }, async () => {
    const found = await authenticator.check(login);
    const isAllowed = found && (client.isSecure || (await authenticator.allowsPlain(login.username)));
    if (!found || !isAllowed) return null;
    if (client.identity && client.identity.deviceId !== found.deviceId) return { kind: 'other' };
    const policy = policies.find(found.deviceId);
    if (!policy) return null;
    if (policy.legacyTls === 'refuse' && isOldTls(client.tls)) return { kind: 'forbidden', found, refusal: 'old_tls' };
    // Its owner is told of what follows, too.
    client.log.login(loginTry(mechanism, found, null), ownerOf(found, policy.tenantId), null);
    if (!client.admit(policy.tenantId)) {
      client.log.refused('edge.busy', null, null, 'tenant');
      return { kind: 'refused', error: new RelayError('edge.busy') };
    }
    // A device that only tests its login would hear that all is well.
    if (policy.isDisabled) client.log.refused('edge.device_disabled', null, null);
    authDelay.succeed(client.clientAddress, found.username);
    client.identity = found;
    return { kind: 'in' };
  });
}

/** Without TLS a login is refused at its user name where the device does not allow it, before its password crosses the line. Null: it may go on. */
export async function checkUsername(
  client: LoginClient,
  services: LoginServices,
  mechanism: string,
  given: Omit<Login, 'password'>,
): Promise<RelayError | null> {
  const { username, misread } = asMeant(given);
  if (!client.isSecure) {
    const outcome = await orRefuse(client, services, { mechanism, username, misread, password: null }, async () =>
      (await services.authenticator.allowsPlain(username)) ? { kind: 'in' } : null,
    );
    if (outcome.kind === 'refused') return outcome.error;
  }
  noteBegun(client, services, mechanism, { username, misread });
  return null;
}

/** Should the client leave now, its owner hears how far it came: a name that is nobody's is what was wrong. */
function noteBegun(
  { log }: LoginClient,
  { explainLogin }: LoginServices,
  mechanism: string,
  name: Omit<Login, 'password'>,
): void {
  const { owner, stranger, ...explained } = explainLogin({ ...name, password: null, isSecure: true });
  const isKnown = explained.refusal === 'plain_refused';
  log.loginBegun({ ...explained, mechanism, ...(isKnown ? { refusal: 'cancelled' } : {}) }, owner, stranger);
}

/** A login with the right password that its owner has forbidden. */
type Forbidden = { kind: 'forbidden'; found: Identity; refusal: LoginRefusal };

/** A login that `look` finds nothing for gets the same words after the same time, whatever was wrong. */
async function orRefuse(
  client: LoginClient,
  { authDelay, clock, metrics, explainLogin, policies }: LoginServices,
  tried: Omit<Login, 'password'> & { mechanism: string; password: string | null },
  look: () => Promise<LoginOutcome | Forbidden | null>,
): Promise<LoginOutcome> {
  const startedAt = clock.now();
  const first = await tryOnce(look);
  if (first.outcome) return first.outcome;
  tell(first);
  const waitMs = authDelay.fail(client.clientAddress, normalizeUsername(tried.username).slice(0, 64));
  await clock.sleep(Math.max(0, startedAt + waitMs - clock.now()));
  // Postgres may have answered meanwhile: a device that was made a moment ago is let in, or told what is wrong.
  const last = first.unconfirmed ? await tryOnce(look) : first;
  if (last.outcome) return last.outcome;
  if (last !== first && !last.unconfirmed) tell(last);
  metrics.authFailed(client.door.name);
  return { kind: 'refused', error: last.unconfirmed ?? new RelayError('edge.auth_failed') };

  function tell({ forbidden, unconfirmed }: Tried): void {
    if (forbidden) {
      const { found, refusal } = forbidden;
      const { tenantId } = policies.find(found.deviceId)!;
      client.log.login(loginTry(tried.mechanism, found, refusal), ownerOf(found, tenantId), null);
      return;
    }
    const { owner, stranger, ...explained } = explainLogin({ ...tried, isSecure: client.isSecure });
    const unavailable = unconfirmed ? ({ refusal: 'unavailable' } as const) : {};
    const login = { ...explained, mechanism: tried.mechanism, ...unavailable };
    client.log.login(login, owner, { ...stranger, ...unavailable });
  }
}

/** What a look came to: let in, or refused for the reason given, if any. */
interface Tried {
  outcome: LoginOutcome | null;
  forbidden: Forbidden | null;
  unconfirmed: RelayError | null;
}

async function tryOnce(look: () => Promise<LoginOutcome | Forbidden | null>): Promise<Tried> {
  try {
    const found = await look();
    return found?.kind === 'forbidden'
      ? { outcome: null, forbidden: found, unconfirmed: null }
      : { outcome: found, forbidden: null, unconfirmed: null };
  } catch (thrown) {
    if (!(thrown instanceof RelayError && thrown.code === 'edge.auth_unconfirmed')) throw thrown;
    return { outcome: null, forbidden: null, unconfirmed: thrown };
  }
}

const ownerOf = ({ deviceId }: Identity, tenantId: string) => ({ tenantId, deviceId });

const loginTry = (mechanism: string, { username, oldUntil }: Identity, refusal: LoginRefusal | null) => ({
  mechanism,
  username,
  refusal,
  oddities: [],
  passwordLength: null,
  // Of an old password that is in use: an owner who refuses a login for another reason is told that reason.
  oldUntil: refusal === null ? oldUntil : null,
});
