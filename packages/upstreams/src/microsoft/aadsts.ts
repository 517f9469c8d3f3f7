import type { ErrorCode } from '@hikyaku/core';
import { type Verdict, WAIT_MS } from '../sending/verdict.ts';

const OPERATOR: Verdict = { code: 'upstream.client_secret', scope: 'account', waitMs: WAIT_MS.operator };
const UNAVAILABLE: Verdict = { code: 'upstream.unavailable', scope: 'account' };

/**
 * Entra's numbers by what helps (facts 1.1 and its corrections). Microsoft says to branch on the OAuth word, and reserves the right to change numbers;
 * yet only the number tells "connect again" from "ask your administrator". One that is not here goes by the word.
 */
const BY_MEANING: [Verdict, number[]][] = [
  // Reconnect: second factor wanted, consent missing, grant unused, revoked, or at the end of a sign-in period.
  [
    { code: 'upstream.auth_lost' },
    [50072, 50074, 50076, 50078, 50079, 65001, 700082, 70008, 70000, 50173, 50132, 50133, 50089, 70043],
  ],
  // Ask your administrator: to approve the application …
  [{ code: 'upstream.admin_consent' }, [90008, 90093, 90094, 90095, 900941, 900981]],
  // … or to change a rule: Conditional Access, devices, assignment of users, an application switched off in the tenant.
  [{ code: 'upstream.admin_blocked' }, [53000, 53003, 530032, 50131, 50105, 700016, 7000112, 70001]],
  // Account problem: disabled, absent, locked, password expired.
  [{ code: 'upstream.account_disabled' }, [50057, 50034, 50053, 50055]],
  [{ code: 'oauth.wrong_kind' }, [50020, 90072, 500208]],
  // Operator's problem: our secret, our registration's permissions, a single-tenant registration at `common`. Every mailbox meets it, none is to blame.
  [OPERATOR, [7000215, 7000218, 7000222, 650056, 50194]],
  // Try later. "Client loop" is ours: too many refreshes in a short time.
  [UNAVAILABLE, [90033, 90055, 50033, 90006, 90012, 90024]],
  [{ code: 'upstream.throttled', scope: 'account', waitMs: 10 * WAIT_MS.minute }, [50196]],
];

const BY_NUMBER = new Map(BY_MEANING.flatMap(([verdict, numbers]) => numbers.map((number) => [number, verdict])));

/** The one number with two meanings, which only its words tell apart (AzureAD/msal-objc#2290): connecting again does not lift a block. */
const ABUSE = /service abuse mode/i;

/** What an AADSTS number means; undefined for one that says no more than the OAuth word. */
export function verdictOfAadsts(number: number, description: string): Verdict | undefined {
  if (number === 70000 && ABUSE.test(description)) return { code: 'upstream.account_blocked' };
  return BY_NUMBER.get(number);
}

/**
 * What Entra says when it sends the browser back without a code: `error_description` → our code. Undefined: no number that we know. Whoever calls our
 * address can write anything there, so that it may choose between texts and nothing else.
 */
export function aadstsCode(description: string): ErrorCode | undefined {
  const number = Number(/AADSTS(\d{4,8})\b/.exec(description)?.[1]);
  const code = verdictOfAadsts(number, description)?.code;
  // On the way in there is nothing yet that could be connected *again*.
  return code === 'upstream.auth_lost' ? 'oauth.code_refused' : code;
}
