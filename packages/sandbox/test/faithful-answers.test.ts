import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FAULT_PRESETS, type FaultPreset } from '../src/knobs/fault-presets.ts';
import { createLimits } from '../src/knobs/limits.ts';
import {
  askCode,
  connect,
  mailText,
  movableClock,
  readBox,
  redirectUri,
  type TokenAnswer,
  tokenForm,
  tokenPath,
  useSandbox,
} from './sandbox-harness.ts';

const OWNER = 'owner@outlook.com';
const FRIEND = 'friend@example.jp';

/** Facts 1.1 with its corrections, 2.1, 2.2 and 7: what a client can be told, by number, code, reason or reply. */
const ENTRA = [
  50076, 50079, 50074, 50072, 50078, 53003, 530032, 50131, 53000, 65001, 65004, 90094, 90095, 50105, 700082, 70008,
  70000, 50173, 50132, 50133, 50089, 70043, 50057, 50034, 50053, 50055, 50020, 90072, 500208, 700016, 7000112, 70001,
  7000215, 7000222, 50196, 90033, 90055, 50033, 90006, 90012, 90024, 54005, 501481, 70011, 50011, 90093, 90008, 900941,
  900981, 650056, 50194,
];
const GRAPH = [
  'ErrorInvalidRecipients InvalidAuthenticationToken ErrorAccessDenied ErrorSendAsDenied ErrorMessageSubmissionBlocked ErrorExceededMessageLimit',
  'ErrorQuotaExceeded MailboxNotEnabledForRESTAPI ErrorMessageSizeExceeded ApplicationThrottled TooManyRequests activityLimitReached',
  'ErrorInternalServerError serviceNotAvailable ErrorServerBusy MailboxStoreUnavailable ErrorAccountSuspend ErrorAccountSuspendShowTierUpgrade',
  'ErrorExceededMessageLimitShowTierUpgrade ErrorExceededMaxRecipientLimit ErrorExceededMaxRecipientLimitBlock ErrorMessageBlocked',
  'ErrorExceededMaxRecipientLimitShowTierUpgrade ErrorExceededHourlyMessageLimit ErrorSubmissionQuotaExceeded ErrorMessageThrottled',
].flatMap((names) => names.split(' '));
const GMAIL =
  'authError insufficientPermissions domainPolicy accessNotConfigured rateLimitExceeded userRateLimitExceeded dailyLimitExceeded failedPrecondition invalidArgument backendError'.split(
    ' ',
  );
const SMTP = ['535 5.7.139', '550 5.7.30', '421 4.7.66', '432 4.3.2', '535 5.7.3'];

const presets = FAULT_PRESETS as Record<string, { status: number; headers: Record<string, string>; body: unknown }>;

test('every refusal that the facts name can be had by its name, in the form that its service gives it', () => {
  for (const number of ENTRA) {
    const body = presets[`AADSTS${number}`]?.body as Record<string, unknown> | undefined;
    assert.deepEqual(body?.error_codes, [number], String(number));
    const text = new RegExp(`^AADSTS${number}: .+ Trace ID: \\S+ Correlation ID: \\S+ Timestamp: \\S+ \\S+Z$`);
    assert.match(String(body.error_description), text);
    assert.ok(body.timestamp && body.trace_id && body.correlation_id, String(number));
    assert.equal(body.error_uri, `https://login.microsoftonline.com/error?code=${number}`);
  }
  for (const code of GRAPH) {
    const { error } = presets[code]!.body as { error: { code: string; innerError: Record<string, string> } };
    assert.equal(error.code, code);
    assert.ok(error.innerError['request-id'] && error.innerError['client-request-id'] && error.innerError.date, code);
    assert.ok(presets[code]!.headers['request-id'], code);
  }
  for (const reason of GMAIL) {
    const { error } = presets[reason]!.body as { error: { code: number; errors: { reason: string }[] } };
    assert.deepEqual([error.errors[0]!.reason, error.code], [reason, presets[reason]!.status]);
  }
  const replies = Object.values(presets).map(({ body }) => String(body));
  for (const reply of SMTP)
    assert.ok(
      replies.some((text) => text.startsWith(`${reply} `)),
      reply,
    );
});

test('Gmail says when in the words of its refusal and in no header', () => {
  const { headers, body } = presets.userDailyLimit!;
  assert.deepEqual(headers, {});
  assert.match(JSON.stringify(body), /limit exceeded\. {2}Retry after \d{4}-\d\d-\d\dT/);
});

test('a refused token call has all that Entra writes, and a client may name itself by Basic authentication', async (t) => {
  const box = await useSandbox(t);
  const code = await askCode(box, 'microsoft', 'a@b.example');
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri('microsoft') };
  const { client_id, client_secret, ...rest } = tokenForm('microsoft', form);
  const basic = `Basic ${Buffer.from(`${client_id}:${encodeURIComponent(client_secret!)}`).toString('base64')}`;
  const taken = await box.postForm(tokenPath('microsoft'), rest as Record<string, string>, { authorization: basic });
  assert.equal(taken.status, 200);
  assert.equal(((await taken.json()) as { ext_expires_in: number }).ext_expires_in, 3599);
  const refused = (await (
    await box.postForm(tokenPath('microsoft'), tokenForm('microsoft', form))
  ).json()) as TokenAnswer & Record<string, unknown>;
  assert.match(String(refused.error_description), /^AADSTS54005: .* Trace ID: \S+ Correlation ID: \S+ Timestamp: /);
  assert.ok(refused.timestamp && refused.trace_id && refused.correlation_id && refused.error_uri);
});

test('a sign-in tells its name, and an address where it may', async (t) => {
  const box = await useSandbox(t);
  const claims = async (address: string) => {
    const { id_token } = await connect(box, 'microsoft', address);
    return JSON.parse(Buffer.from(id_token.split('.')[1]!, 'base64url').toString()) as Record<string, string>;
  };
  await box.postJson('/knobs', { accounts: { 'b@outlook.com': { hidesEmail: true } } });
  const [shown, hidden] = [await claims('a@outlook.com'), await claims('b@outlook.com')];
  assert.deepEqual([shown.email, shown.preferred_username], ['a@outlook.com', 'a@outlook.com']);
  assert.deepEqual(['email' in hidden, hidden.preferred_username], [false, 'b@outlook.com']);
});

test('an acceptance carries the ids of its request, also one with Retry-After, and the mail has left', async (t) => {
  const box = await useSandbox(t);
  const { access_token } = await connect(box, 'microsoft', OWNER);
  const send = () =>
    fetch(`${box.origin}/microsoft/v1.0/me/sendMail`, {
      method: 'POST',
      headers: { authorization: `Bearer ${access_token}`, 'content-type': 'text/plain' },
      body: Buffer.from(mailText(OWNER, FRIEND)).toString('base64'),
    });
  const { status, headers } = await send();
  assert.equal(status, 202);
  for (const name of ['request-id', 'client-request-id', 'date', 'x-ms-ags-diagnostic'])
    assert.ok(headers.get(name), name);
  const preset: FaultPreset = 'AcceptedWithRetryAfter';
  await box.postJson('/knobs', { faults: [{ call: 'send', after: 'accepting', preset }] });
  const late = await send();
  assert.deepEqual([late.status, late.headers.get('retry-after'), await late.text()], [202, '10', '']);
  assert.equal((await readBox(box, FRIEND, 'inbox')).length, 2);
});

test('the limits are those of the facts: of requests, bytes, mails and recipients', () => {
  const clock = movableClock();
  const limits = createLimits({ clock, mode: () => 'all', exchangeRecipientsPerDay: () => 0 });
  const graph = (mailbox: string, bytes = 0) => {
    const refused = limits.enterGraph(mailbox, bytes);
    if (!refused) limits.leaveGraph(mailbox);
    return refused?.limit;
  };
  for (let count = 0; count < 10_000; count++) assert.equal(graph('requests'), undefined);
  assert.equal(graph('requests'), 'requests');
  for (let count = 0; count < 50; count++) assert.equal(graph('bytes', 3_000_000), undefined);
  assert.equal(graph('bytes', 1), 'bytes');
  for (let count = 0; count < 4; count++) assert.equal(limits.enterGraph('busy', 0), undefined);
  assert.equal(limits.enterGraph('busy', 0)?.limit, 'concurrency');
  assert.equal(graph('another'), undefined, 'each mailbox has its own');
  const day = (isWork: boolean) => {
    const kinds: string[] = [];
    for (let count = 0; kinds.at(-1) !== 'daily'; count++) {
      if (count % 60 === 0) clock.forward(61_000);
      kinds.push(limits.countGmail(isWork ? 'w' : 'p', isWork).kind);
    }
    return [kinds.indexOf('dropped'), kinds.length - 1];
  };
  assert.deepEqual(
    [day(false), day(true)],
    [
      [500, 505],
      [2000, 2005],
    ],
  );
  assert.equal(limits.countExchange('w', true, 10_000), true);
  assert.equal(limits.countExchange('w', true, 1), false);
  clock.forward(86_400_001);
  assert.equal(limits.countExchange('w', true, 1), true);
  assert.deepEqual([graph('requests'), graph('bytes', 1)], [undefined, undefined]);
});
