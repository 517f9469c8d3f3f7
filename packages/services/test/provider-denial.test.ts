import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CONNECT_ERROR_CODES } from '@hikyaku/contracts';
import { providerDenial } from '../src/mailboxes/provider-denial.ts';

const aadsts = (number: number): string => `AADSTS${number}: text Trace ID: 1`;

/** What Microsoft's and Google's sign-in pages send a browser back with (facts 1.1, 1.2 and their corrections). */
const ROWS: [error: string, description: string, code: string][] = [
  ['access_denied', aadsts(65004), 'oauth.denied'],
  ['access_denied', '', 'oauth.denied'],
  ...[90094, 90095, 90093, 900941, 900981].map((number): (typeof ROWS)[0] => [
    'access_denied',
    aadsts(number),
    'upstream.admin_consent',
  ]),
  ['invalid_request', aadsts(90008), 'upstream.admin_consent'],
  ['consent_required', '', 'upstream.admin_consent'],
  ...[50105, 53003, 53000, 530032, 50131].map((number): (typeof ROWS)[0] => [
    'access_denied',
    aadsts(number),
    'upstream.admin_blocked',
  ]),
  ...[700016, 7000112, 70001].map((number): (typeof ROWS)[0] => [
    'unauthorized_client',
    aadsts(number),
    'upstream.admin_blocked',
  ]),
  ...[50020, 90072, 500208].map((number): (typeof ROWS)[0] => ['access_denied', aadsts(number), 'oauth.wrong_kind']),
  ...[50057, 50034, 50053, 50055].map((number): (typeof ROWS)[0] => [
    'access_denied',
    aadsts(number),
    'upstream.account_disabled',
  ]),
  ['access_denied', aadsts(50194), 'upstream.client_secret'],
  ['invalid_client', aadsts(650056), 'upstream.client_secret'],
  ['server_error', aadsts(90033), 'upstream.unavailable'],
  ['temporarily_unavailable', '', 'upstream.unavailable'],
  // Signing in once more is what helps, and what is offered.
  ...[50076, 50079, 50074].map((number): (typeof ROWS)[0] => [
    'interaction_required',
    aadsts(number),
    'oauth.code_refused',
  ]),
  ['login_required', '', 'oauth.code_refused'],
  ['invalid_resource', '', 'oauth.code_refused'],
  ['unsupported_response_type', '', 'oauth.code_refused'],
  // Google's.
  ['admin_policy_enforced', '', 'upstream.admin_blocked'],
  ['org_internal', '', 'upstream.admin_blocked'],
  ['disallowed_useragent', '', 'oauth.code_refused'],
  ['deleted_client', '', 'oauth.code_refused'],
];

const WORDS = ['en', 'ja'].map(
  (language) =>
    JSON.parse(
      readFileSync(new URL(`../../../apps/web/messages/${language}/problems.json`, import.meta.url), 'utf8'),
    ) as Record<string, Record<string, { what?: string; todo?: string }>>,
);

test('what a sign-in page refuses has its reason, and words for it in both languages', () => {
  for (const [error, description, code] of ROWS) {
    assert.equal(providerDenial(error, description).code, code, `${error} ${description}`);
    assert.ok((CONNECT_ERROR_CODES as readonly string[]).includes(code), `${code} is not one that the page knows`);
    const [family, name] = code.split('.') as [string, string];
    for (const words of WORDS) assert.ok(words[family]?.[name]?.what && words[family]?.[name]?.todo, code);
  }
});
