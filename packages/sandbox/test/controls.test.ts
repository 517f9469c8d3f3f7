import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTROL_GROUPS, type ControlGroup } from '../src/controls/control-groups.ts';
import { controlHint } from '../src/controls/control-texts.ts';
import { DEFAULT_KNOBS } from '../src/knobs/knobs.ts';
import { BANNER } from '../src/pages/layout.ts';
import { type TestSandbox, useSandbox } from './sandbox-harness.ts';

const knobsOf = async (box: TestSandbox) =>
  (await (await box.get('/knobs')).json()) as Record<string, unknown> & { faults: object[]; accounts: object };
const press = (box: TestSandbox, form: Record<string, string>) => box.postForm('/controls', form);

test('every knob, by provider, mailbox and call, is on the page with words in both languages', async (t) => {
  const box = await useSandbox(t);
  for (const language of ['en', 'ja'] as const) {
    const answer = await fetch(`${box.origin}/controls?account=a@outlook.com`, {
      headers: { 'accept-language': language },
    });
    const text = await answer.text();
    assert.ok(text.includes(BANNER.en) && text.includes(BANNER.ja));
    assert.match(answer.headers.get('content-security-policy') ?? '', /default-src 'none'/);
    for (const [group, fields] of Object.entries(CONTROL_GROUPS)) {
      for (const name of Object.keys(fields)) {
        assert.ok(text.includes(`name="${name}"`), `${group}.${name}`);
        const hint = controlHint(language, group as ControlGroup, name);
        assert.equal(/[぀-ヿ一-鿿]/.test(hint), language === 'ja', `${group}.${name} in ${language}: ${hint}`);
      }
    }
  }
  assert.match(await (await box.get('/')).text(), /href="\/controls"/);
});

test('what is pressed is what POST /knobs takes; an empty field leaves a knob as it is', async (t) => {
  const box = await useSandbox(t);
  const { keep } = DEFAULT_KNOBS;
  const whole = {
    group: 'whole',
    consent: 'auto',
    oversize: '200',
    tokenLifetimeSeconds: '60',
    bounces: 'x@a.jp\ny@a.jp',
  };
  const kept = { mailsPerBox: String(keep.mailsPerBox), totalBytes: '1000000' };
  assert.equal((await press(box, { ...whole, ...kept })).status, 303);
  assert.partialDeepStrictEqual(await knobsOf(box), {
    ...{ consent: 'auto', oversize: 200, tokenLifetimeSeconds: 60, bounces: ['x@a.jp', 'y@a.jp'] },
    keep: { mailsPerBox: keep.mailsPerBox, totalBytes: 1_000_000 },
    limits: 'concurrency',
  });
  await press(box, {
    group: 'account',
    address: 'A@Outlook.com',
    kind: 'work',
    hasMailbox: 'no',
    aliases: 'b@outlook.com',
    mail: '',
  });
  assert.deepEqual((await knobsOf(box)).accounts, {
    'a@outlook.com': { kind: 'work', hasMailbox: false, aliases: ['b@outlook.com'] },
  });
});

test('a fault by provider, mailbox and call waits, is met, and can be cleared', async (t) => {
  const box = await useSandbox(t);
  const fault = { group: 'fault', provider: 'google', mailbox: 'a@gmail.com', call: 'send' };
  await press(box, {
    ...fault,
    times: 'always',
    status: '429',
    headers: 'Retry-After: 30\nnonsense',
    body: '{"error":{}}',
  });
  await press(box, { ...fault, mailbox: '', preset: 'backendError', after: 'accepting', drop: 'no' });
  assert.deepEqual((await knobsOf(box)).faults, [
    {
      ...{ provider: 'google', mailbox: 'a@gmail.com', call: 'send', delayMs: 0, drop: false },
      ...{ times: null, status: 429, headers: { 'retry-after': '30' }, body: { error: {} } },
    },
    { provider: 'google', call: 'send', preset: 'backendError', after: 'accepting', drop: false, times: 1, delayMs: 0 },
  ]);
  assert.match(await (await box.get('/controls')).text(), /google · send[\s\S]*backendError/);
  await press(box, { group: 'no_faults' });
  assert.deepEqual((await knobsOf(box)).faults, []);
});

test('what the schema will not have is refused by name, and nothing of it is set', async (t) => {
  const box = await useSandbox(t);
  const before = await knobsOf(box);
  const refused: [form: Record<string, string>, named: RegExp][] = [
    [{ group: 'fault', call: 'never' }, /faults\/0\/call/],
    [{ group: 'fault', call: 'send', status: '20x' }, /faults\/0\/status/],
    [{ group: 'whole', limits: 'none', tokenLifetimeSeconds: '<b>1</b>' }, /tokenLifetimeSeconds/],
    [{ group: 'happen', provider: 'google', account: 'a@gmail.com', event: 'flood' }, /happen\/0\/event/],
    [{ group: 'account', kind: 'work' }, /address/],
    [{ group: 'other' }, /group/],
  ];
  for (const [form, named] of refused) {
    const answer = await press(box, form);
    const text = await answer.text();
    assert.equal(answer.status, 400, JSON.stringify(form));
    assert.match(/role="alert">([\s\S]*?)<\/p>/.exec(text)?.[1] ?? '', named);
    assert.ok(!text.includes('<b>1</b>'));
  }
  assert.deepEqual(await knobsOf(box), before);
});

test('the page takes nothing from another site, and forgets everything when it is told to', async (t) => {
  const box = await useSandbox(t);
  const foreign = { origin: 'https://evil.example' };
  assert.equal((await box.postForm('/controls', { group: 'whole', consent: 'auto' }, foreign)).status, 403);
  await press(box, { group: 'whole', consent: 'auto' });
  await press(box, { group: 'reset' });
  assert.equal((await knobsOf(box)).consent, 'ask');
});
