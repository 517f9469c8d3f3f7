import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOf } from '../src/pages/language.ts';
import { BANNER } from '../src/pages/layout.ts';
import { authorizePath, connect, mailText, readBox, type TestSandbox, useSandbox } from './sandbox-harness.ts';

const OWNER = 'owner@outlook.com';
const FRIEND = 'friend@example.jp';

async function sendMail(box: TestSandbox, text: string): Promise<void> {
  const { access_token } = await connect(box, 'microsoft', OWNER);
  const response = await fetch(`${box.origin}/microsoft/v1.0/me/sendMail`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'text/plain' },
    body: Buffer.from(text, 'latin1').toString('base64'),
  });
  assert.equal(response.status, 202);
}

const PIXEL = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7';
const MIXED = [
  `From: ${OWNER}`,
  `To: ${FRIEND}`,
  'Subject: <script>alert(1)</script> "quoted" & co',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain',
  '',
  '<img src=x onerror=alert(1)>',
  '--b',
  'Content-Type: text/html',
  '',
  '<script>alert(2)</script><p>formatted</p>',
  '--b',
  'Content-Type: image/gif; name="<b>.gif"',
  'Content-Transfer-Encoding: base64',
  '',
  PIXEL,
  '--b',
  'Content-Type: image/svg+xml; name="a.svg"',
  '',
  '<svg onload="alert(3)"/>',
  '--b--',
  '',
].join('\r\n');

test('every page carries the banner in both languages and a policy without scripts', async (t) => {
  const box = await useSandbox(t);
  await sendMail(box, MIXED);
  const [item] = await readBox(box, FRIEND, 'inbox');
  const pages = [
    '/',
    `/mailboxes/${FRIEND}`,
    `/mails/${item!.id}?box=inbox`,
    '/mails/unknown',
    authorizePath('microsoft'),
    authorizePath('google', { login_hint: 'a@gmail.com' }),
    authorizePath('google', { client_id: 'x' }),
  ];
  for (const path of pages) {
    const response = await box.get(path);
    const text = await response.text();
    assert.ok(text.includes(BANNER.en) && text.includes(BANNER.ja), path);
    const policy = response.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/, path);
    assert.doesNotMatch(policy, /script-src|unsafe/, path);
    assert.equal(response.headers.get('x-content-type-options'), 'nosniff', path);
  }
});

test('what a mail or a query says is never markup on a page', async (t) => {
  const box = await useSandbox(t);
  await sendMail(box, MIXED);
  const [item] = await readBox(box, FRIEND, 'inbox');
  const hostile = '"><script>alert(4)</script>@b.example';
  for (const path of [
    '/',
    `/mailboxes/${FRIEND}`,
    `/mails/${item!.id}?box=inbox&of=${encodeURIComponent(hostile)}`,
    `/mailboxes/${encodeURIComponent(hostile)}`,
    authorizePath('microsoft', { state: hostile, login_hint: hostile }),
  ]) {
    const text = await (await box.get(path)).text();
    assert.doesNotMatch(text, /<script|<img src=x|<svg/i, path);
  }
  const page = await (await box.get(`/mails/${item!.id}?box=inbox`)).text();
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt; &quot;quoted&quot; &amp; co/);
});

test('pictures are shown; formatted text is framed without rights; everything else is a download', async (t) => {
  const box = await useSandbox(t);
  await sendMail(box, MIXED);
  const [item] = await readBox(box, FRIEND, 'inbox');
  const page = await (await box.get(`/mails/${item!.id}?box=inbox`)).text();
  assert.match(page, new RegExp(`<img src="/mails/${item!.id}/parts/2"`));
  assert.match(page, new RegExp(`<iframe class="card" sandbox src="/mails/${item!.id}/parts/1"`));
  const part = (index: number) => box.get(`/mails/${item!.id}/parts/${index}`);
  const picture = await part(2);
  assert.equal(picture.headers.get('content-type'), 'image/gif');
  assert.deepEqual(Buffer.from(await picture.arrayBuffer()), Buffer.from(PIXEL, 'base64'));
  assert.match((await part(1)).headers.get('content-security-policy') ?? '', /^sandbox; default-src 'none'/);
  const svg = await part(3);
  assert.equal(svg.headers.get('content-type'), 'application/octet-stream');
  assert.match(svg.headers.get('content-disposition') ?? '', /^attachment/);
  assert.equal((await part(99)).status, 404);
});

test('the language follows Accept-Language, English when it says neither', () => {
  const language = (header?: string) => languageOf({ headers: { 'accept-language': header } });
  assert.equal(language('ja'), 'ja');
  assert.equal(language('ja-JP,ja;q=0.9,en;q=0.8'), 'ja');
  assert.equal(language('en-US,en;q=0.9,ja;q=0.8'), 'en');
  assert.equal(language('fr, ja;q=0.4'), 'ja');
  assert.equal(language('ja;q=0, en'), 'en');
  assert.equal(language('de'), 'en');
  assert.equal(language(undefined), 'en');
});

test('the sign-in page leads to the consent page of the account that was typed', async (t) => {
  const box = await useSandbox(t);
  const page = await box.get(authorizePath('microsoft', { prompt: 'select_account' }));
  // With consent given the form's answer is the redirect to the relay: browsers hold form-action against it.
  assert.match(page.headers.get('content-security-policy') ?? '', /form-action 'self' http:\/\/localhost:3000$/);
  const text = await page.text();
  const fields = [...text.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map((match): [string, string] => [
    match[1]!,
    match[2]!,
  ]);
  const query = new URLSearchParams([...fields, ['login_hint', 'new@firm.example']]);
  const next = await (await box.get(`/microsoft/common/oauth2/v2.0/authorize?${query}`)).text();
  assert.match(next, /Signed in as new@firm\.example/);
});

test('a mail of plain text shows its text in its own charset', async (t) => {
  const box = await useSandbox(t);
  await sendMail(box, mailText(OWNER, FRIEND, [], '\x1b$B8<4X\x1b(B').replace('charset=utf-8', 'charset=iso-2022-jp'));
  const [item] = await readBox(box, FRIEND, 'inbox');
  assert.match(await (await box.get(`/mails/${item!.id}?box=inbox`)).text(), /玄関/);
});
