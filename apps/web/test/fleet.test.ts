import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Device, Mailbox } from '@hikyaku/contracts';
import { readCsv } from '../src/csv/read-csv.ts';
import { writeCsv } from '../src/csv/write-csv.ts';
import { conditionOf, orderFleet } from '../src/features/fleet/device-order.ts';
import { fleetTable } from '../src/features/fleet/fleet-columns.ts';
import { planImport } from '../src/features/fleet/plan-import.ts';

const NOW = Date.UTC(2026, 10, 28);
const mailbox = (id: string, address: string, state = 'active') => ({ id, address, state }) as Mailbox;
const shop = mailbox('m1', 'shop@outlook.example');
const home = mailbox('m2', 'home@gmail.example');
const device = (name: string, of: Partial<Device> = {}) =>
  ({
    id: `id-${name}`,
    name,
    mailboxId: 'm1',
    family: null,
    recipientsMode: 'device',
    recipients: [],
    recipientDomains: [],
    isDisabled: false,
    refusal: null,
    lastMessageAt: new Date(NOW - 1000).toISOString(),
    silenceAfterHours: null,
    username: null,
    ...of,
  }) as Device;
const plan = (text: string, devices: Device[] = [], mailboxes: Mailbox[] = [shop, home]) =>
  planImport(readCsv(text), { devices, mailboxes });

test('what is exported is read in again without a change, in either language and whatever its names hold', () => {
  const devices = [
    device('玄関', { recipientsMode: 'allow', recipients: ['a@b.example', 'c@d.example'], family: 'canon-vb' }),
    device('=HYPERLINK("x")', { isDisabled: true, mailboxId: 'm2' }),
    device('two\nlines, "quoted"'),
    device('copier', { recipientsMode: 'domains', recipientDomains: ['office.example', '例え.jp'] }),
  ];
  for (const locale of ['en', 'ja'] as const) {
    const text = writeCsv(fleetTable(devices, [shop, home], locale));
    assert.deepEqual(
      plan(text, devices)?.map(({ action }) => action),
      ['same', 'same', 'same', 'same'],
    );
  }
});

test('a line creates the device that is not there, and changes of another what differs', () => {
  const lines = plan(
    'Name,Recipients,Paused\nnew,"a@b.example; c@d.example",yes\nold,x@y.example,no\n',
    [device('old', { recipientsMode: 'replace', recipients: ['z@y.example'] })],
    [shop],
  );
  assert.deepEqual(lines, [
    {
      line: 2,
      name: 'new',
      action: 'create',
      body: { name: 'new', mailboxId: 'm1', recipients: ['a@b.example', 'c@d.example'] },
      isPaused: true,
    },
    { line: 3, name: 'old', action: 'change', deviceId: 'id-old', body: { recipients: ['x@y.example'] } },
  ]);
});

test('each mistake is told with its line, and stops no other line', () => {
  const text = [
    '機器の名前,送信元,機種,宛先の扱い,宛先,停止中,宛先のドメイン',
    ',shop@outlook.example',
    'a,nobody@outlook.example',
    'b,shop@outlook.example,No Such',
    'c,shop@outlook.example,,sometimes',
    'd,shop@outlook.example,,限定',
    'e,shop@outlook.example,,,not an address',
    'f,shop@outlook.example,,,,perhaps',
    'g,SHOP@outlook.example,,限定,a@b.example,はい',
    'g,shop@outlook.example',
    'twin,shop@outlook.example',
    'h,',
    `${'x'.repeat(81)},shop@outlook.example`,
    'i,shop@outlook.example,,ドメイン限定',
    'j,shop@outlook.example,,ドメイン限定,,,a@b.example',
    'k,shop@outlook.example,,ドメイン限定,,,office.example',
  ].join('\r\n');
  const lines = plan(text, [device('twin'), device('twin', { id: 'other' })]) ?? [];
  assert.deepEqual(
    lines.map((line) => `${line.line} ${line.action === 'error' ? line.problem : line.action}`),
    [
      '2 noName',
      '3 noMailbox',
      '4 badFamily',
      '5 badMode',
      '6 noRecipients',
      '7 badRecipient',
      '8 badPaused',
      '9 create',
      '10 nameTwice',
      '11 nameAmbiguous',
      '12 noMailbox',
      '13 nameLong',
      '14 noRecipients',
      '15 badDomain',
      '16 create',
    ],
  );
});

test('a file without a column of names is no fleet', () => {
  assert.equal(plan('recipients\na@b.example'), null);
  assert.equal(plan(''), null);
});

test('problems stand first, then names as people count them; words are searched in all of a device', () => {
  const rows = [
    device('cam 10'),
    device('cam 2'),
    device('new', { lastMessageAt: null }),
    device('off', { isDisabled: true }),
    device('silent', { lastMessageAt: new Date(NOW - 8 * 86_400_000).toISOString() }),
    device('patient', { lastMessageAt: new Date(NOW - 8 * 86_400_000).toISOString(), silenceAfterHours: 240 }),
    device('stuck', { mailboxId: 'm3' }),
    device('refused', { refusal: { since: '', lastAt: '', count: 2, code: 'auth.wrong_password' } }),
  ].map((one) => ({ device: one, mailbox: one.mailboxId === 'm1' ? shop : undefined }));
  const names = (words: string, conditions: Parameters<typeof orderFleet>[1]['conditions'] = []) =>
    orderFleet(rows, { words, conditions, now: NOW }).map((row) => row.device.name);
  assert.deepEqual(names(''), ['refused', 'stuck', 'silent', 'new', 'cam 2', 'cam 10', 'patient', 'off']);
  assert.deepEqual(names('CAM shop'), ['cam 2', 'cam 10']);
  assert.deepEqual(names('', ['quiet', 'paused']), ['silent', 'off']);
  assert.equal(conditionOf(rows[0]!, NOW), 'fine');
});
