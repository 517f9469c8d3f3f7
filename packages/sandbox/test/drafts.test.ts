import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { connect, MICROSOFT_SCOPE, movableClock, readBox, type TestSandbox, useSandbox } from './sandbox-harness.ts';

const OWNER = 'owner@outlook.com';
const DRAFT = {
  subject: 'Large',
  body: { contentType: 'text', content: 'x' },
  toRecipients: [{ emailAddress: { address: 'friend@example.jp' } }],
};

async function open(box: TestSandbox, scope = `${MICROSOFT_SCOPE} Mail.ReadWrite`) {
  const { access_token } = await connect(box, 'microsoft', OWNER, { scope });
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${box.origin}/microsoft/v1.0/me/messages${path}`, {
      method,
      headers: { authorization: `Bearer ${access_token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    return { status: response.status, body: text ? JSON.parse(text) : null };
  };
  return call;
}
const put = (url: string, bytes: Buffer, range: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'PUT', body: new Uint8Array(bytes), headers: { 'content-range': range, ...headers } });

test('a large file comes in pieces, in order, without a token, and leaves with its draft', async (t) => {
  const box = await useSandbox(t);
  const call = await open(box);
  const { status, body } = await call('POST', '', DRAFT);
  assert.equal(status, 201);
  const file = randomBytes(5_000_000);
  const item = { attachmentType: 'file', name: 'a.jpg', size: file.length };
  const session = await call('POST', `/${body.id}/attachments/createUploadSession`, { AttachmentItem: item });
  assert.equal(session.status, 201);
  assert.deepEqual(session.body.nextExpectedRanges, ['0-']);
  const { uploadUrl } = session.body;
  const half = 2_500_000;
  assert.equal(
    (await put(uploadUrl, file.subarray(half), `bytes ${half}-4999999/5000000`)).status,
    400,
    'out of order',
  );
  assert.equal(
    (await put(uploadUrl, file.subarray(0, half), 'bytes 0-2499999/5000000', { authorization: 'Bearer x' })).status,
    400,
  );
  const first = await put(uploadUrl, file.subarray(0, half), 'bytes 0-2499999/5000000');
  assert.deepEqual(
    [first.status, ((await first.json()) as { nextExpectedRanges: string[] }).nextExpectedRanges],
    [200, ['2500000']],
  );
  const last = await put(uploadUrl, file.subarray(half), `bytes ${half}-4999999/5000000`);
  assert.deepEqual([last.status, await last.text(), last.headers.has('location')], [201, '', true]);
  assert.equal((await call('POST', `/${body.id}/send`)).status, 202);
  assert.equal(
    (await call('POST', `/${body.id}/send`)).body.error.code,
    'ErrorItemNotFound',
    'a second send finds no draft',
  );
  const [mail] = await readBox(box, 'friend@example.jp', 'inbox');
  assert.ok(Buffer.from(mail!.raw, 'base64').includes(file.toString('base64').slice(0, 76)));
});

test('a session that is over, or whose draft is gone, takes no piece', async (t) => {
  const clock = movableClock();
  const box = await useSandbox(t, { clock });
  const call = await open(box);
  const item = { attachmentType: 'file', name: 'a.jpg', size: 4_000_000 };
  const begin = async () => {
    const { id } = (await call('POST', '', DRAFT)).body;
    const { body } = await call('POST', `/${id}/attachments/createUploadSession`, { AttachmentItem: item });
    return { id, ...body } as { id: string; uploadUrl: string; expirationDateTime: string };
  };
  const piece = async (url: string) => (await put(url, randomBytes(10), 'bytes 0-9/4000000')).status;
  const gone = await begin();
  await call('DELETE', `/${gone.id}`);
  const kept = await begin();
  assert.deepEqual([await piece(gone.uploadUrl), await piece(kept.uploadUrl)], [404, 200]);
  const over = await begin();
  clock.forward(Date.parse(over.expirationDateTime) - clock.now());
  assert.equal(await piece(over.uploadUrl), 404);
});

test('drafts are found by a property of theirs, as Graph documents it, and by nothing else', async (t) => {
  const box = await useSandbox(t);
  const call = await open(box);
  const id = 'String {00020329-0000-0000-c000-000000000046} Name Mark';
  const marked = (value: string) => ({ ...DRAFT, singleValueExtendedProperties: [{ id, value }] });
  const { id: mine } = (await call('POST', '', marked('It’s One'))).body;
  await call('POST', '', marked('two'));
  await call('POST', '', DRAFT);
  const find = (filter: string, folder = 'drafts') =>
    call('GET', `/../mailFolders/${folder}/messages?$filter=${encodeURIComponent(filter)}`);
  const by = (name: string, value: string) =>
    `singleValueExtendedProperties/Any(ep: ep/id eq '${name}' and ep/value eq '${value}')`;
  const found = await find(by(id, 'it’s one'));
  assert.deepEqual([found.status, found.body.value.map((item: { id: string }) => item.id)], [200, [mine]]);
  assert.deepEqual((await find(by(id.replace('Mark', 'mark'), 'two'))).body.value, []);
  assert.equal((await find("subject eq 'Large'")).status, 400);
  assert.equal((await find(by(id, 'two'), 'outbox')).status, 404);
  const without = await open(box, MICROSOFT_SCOPE);
  assert.equal((await without('GET', '/../mailFolders/drafts/messages')).status, 403);
});

test('small files go in one request, and a session is refused for them; others’ drafts are nobody’s', async (t) => {
  const box = await useSandbox(t);
  const call = await open(box);
  const { id } = (await call('POST', '', DRAFT)).body;
  const small = { AttachmentItem: { attachmentType: 'file', name: 'a', size: 100 } };
  const refused = await call('POST', `/${id}/attachments/createUploadSession`, small);
  assert.deepEqual(
    [refused.status, refused.body.error.code],
    [400, 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize'],
  );
  const file = {
    '@odata.type': '#microsoft.graph.fileAttachment',
    name: 'a.txt',
    contentType: 'text/plain',
    contentBytes: 'eA==',
  };
  assert.equal((await call('POST', `/${id}/attachments`, file)).status, 201);
  assert.equal((await call('POST', `/${id}/attachments`, { name: 'a' })).status, 400);
  assert.equal((await call('DELETE', `/${id}`)).status, 204);
  assert.equal((await call('POST', `/${id}/send`)).status, 404);
  const without = await open(box, MICROSOFT_SCOPE);
  assert.equal((await without('POST', '', DRAFT)).body.error.code, 'ErrorAccessDenied');
});
