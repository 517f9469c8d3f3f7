import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Device, DeviceGroup, Mailbox } from '@hikyaku/contracts';
import { readCsv } from '../src/csv/read-csv.ts';
import { writeCsv } from '../src/csv/write-csv.ts';
import { cardText } from '../src/features/cards/card-text.ts';
import { conditionOf, NO_SITE, orderFleet } from '../src/features/fleet/device-order.ts';
import { fleetTable } from '../src/features/fleet/fleet-columns.ts';
import { fleetSections } from '../src/features/fleet/fleet-sections.ts';
import { importRules } from '../src/features/fleet/import-rules.ts';
import { planImport } from '../src/features/fleet/plan-import.ts';

const NOW = Date.UTC(2026, 10, 28);
const mailbox = (id: string, address: string, state = 'active') => ({ id, address, state }) as Mailbox;
const shop = mailbox('m1', 'shop@outlook.example');
const home = mailbox('m2', 'home@gmail.example');
const site = (id: string, name: string) => ({ id, name }) as DeviceGroup;
const groups = [site('g1', '新宿店'), site('g2', 'Office')];
const device = (name: string, of: Partial<Device> = {}) =>
  ({
    id: `id-${name}`,
    name,
    mailboxId: 'm1',
    groupId: null,
    family: null,
    recipientsMode: 'device',
    recipients: [],
    recipientDomains: [],
    isDisabled: false,
    refusal: null,
    lastMessageAt: new Date(NOW - 1000).toISOString(),
    silenceAfterHours: null,
    quietAfterHours: null,
    username: null,
    ...of,
  }) as Device;
const plan = (text: string, devices: Device[] = [], mailboxes: Mailbox[] = [shop, home]) =>
  planImport(readCsv(text).rows, { devices, mailboxes, groups }, importRules)?.lines;

test('what is exported is read in again without a change, in either language and whatever its names hold', () => {
  const devices = [
    device('玄関', {
      recipientsMode: 'allow',
      recipients: ['a@b.example', 'c@d.example'],
      family: 'canon-vb',
      groupId: 'g1',
    }),
    device('=HYPERLINK("x")', { isDisabled: true, mailboxId: 'm2' }),
    device('two\nlines, "quoted"'),
    device('copier', { recipientsMode: 'domains', recipientDomains: ['office.example', 'xn--r8jz45g.jp'] }),
  ];
  for (const locale of ['en', 'ja'] as const) {
    const text = writeCsv(fleetTable(devices, { mailboxes: [shop, home], groups }, locale));
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

test('a line puts its device to the site it names, a new one too, or takes it away; the same site in another case is no change', () => {
  const at = (name: string, groupId: string | null) => device(name, { groupId });
  const lines = plan(
    '名前,設置場所\na,新宿店\nb,Kyoto\nc,\nd,OFFICE\nnew,Kyoto\n',
    [at('a', null), at('b', 'g1'), at('c', 'g2'), at('d', 'g2')],
    [shop],
  );
  assert.deepEqual(
    lines?.map((line) => [line.action, 'group' in line ? line.group : undefined]),
    [
      ['change', '新宿店'],
      ['change', 'Kyoto'],
      ['change', ''],
      ['same', undefined],
      ['create', 'Kyoto'],
    ],
  );
  const [long] = plan(`name,group\na,${'x'.repeat(81)}\n`, [at('a', null)]) ?? [];
  assert.equal(long?.action === 'error' && long.problem, 'groupLong');
});

test('sites stand by how many of their devices need a look, then by name, those of none last; an empty one only where nothing is filtered', () => {
  const silent = { lastMessageAt: new Date(NOW - 8 * 86_400_000).toISOString(), quietAfterHours: 24 };
  const all = [site('g10', 'Floor 10'), site('g2', 'Floor 2'), site('bad', 'Z'), site('empty', 'A')];
  const rows = [
    device('1', { groupId: 'g10' }),
    device('2', { groupId: 'g2' }),
    device('3', { groupId: 'bad', ...silent }),
    device('4', silent),
  ].map((one) => ({ device: one, mailbox: shop, group: all.find(({ id }) => id === one.groupId) }));
  const shown = (isWhole: boolean) =>
    fleetSections(orderFleet(rows, { words: '', conditions: [], now: NOW }), all, { isWhole }).map(
      ({ group, problems, rows: own }) => `${group?.name}: ${problems} of ${own.length}`,
    );
  const filled = ['Floor 2: 0 of 1', 'Floor 10: 0 of 1', 'undefined: 1 of 1'];
  assert.deepEqual(shown(true), ['Z: 1 of 1', 'A: 0 of 0', ...filled]);
  assert.deepEqual(shown(false), ['Z: 1 of 1', ...filled]);
});

test('a line that names no mailbox gets the only one, or the one that was chosen for new devices', () => {
  const planned = (mailboxes: Mailbox[]) =>
    plan('name,recipients\nnew,a@b.example\n', [], mailboxes)?.map((line) =>
      line.action === 'create' ? line.body.mailboxId : line.action,
    );
  assert.deepEqual(planned([shop]), ['m1']);
  assert.deepEqual(planned([shop, home]), ['error']);
  assert.deepEqual(planned([shop, { ...home, isDefault: true }]), ['m2']);
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

test('names are the same whatever their width and case; a second line of one device says where the first is', () => {
  const devices = [device('プリンター A'), device('cam'), device('Cam')];
  const lines = plan(
    'name,mailbox\nﾌﾟﾘﾝﾀｰ ａ,shop@outlook.example\nプリンター A,\nCAM,\ncam,\nnew,home@gmail.example\nNEW,\n',
    devices,
  );
  assert.deepEqual(
    lines?.map((line) => (line.action === 'error' ? [line.problem, line.value] : line.action)),
    ['same', ['nameTwice', '2'], ['nameAmbiguous', ''], 'same', 'create', ['nameTwice', '6']],
  );
});

test('full-width signs and the case of a domain are read as the api keeps them; signs that no name can have are told before it is asked', () => {
  const [same] = plan('Ｎａｍｅ,宛先,宛先の扱い,停止中\na,ｏｗｎｅｒ＠Example.COM、b@例え.jp,ＡＬＬＯＷ,いいえ\n', [
    device('a', { recipientsMode: 'allow', recipients: ['owner@example.com', 'b@xn--r8jz45g.jp'] }),
  ])!;
  assert.equal(same?.action, 'same', 'reading a file in again changes nothing');
  const problems = plan('name,group,recipients\n"a\nb",,\nc,"d\te",\nf,,x@\ng,,"a b c@d.example"\n', [], [shop])!;
  assert.deepEqual(
    problems.map((line) => (line.action === 'error' ? line.problem : line.action)),
    ['nameSigns', 'groupSigns', 'badRecipient', 'badRecipient'],
  );
});

test('columns that mean nothing here are named, so that nobody takes them for read', () => {
  const { rows } = readCsv('名前,宛先アドレス,備考,\na,x@y.example,裏口,\n');
  const planned = planImport(rows, { devices: [], mailboxes: [shop], groups }, importRules);
  assert.deepEqual(planned?.unknown, ['宛先アドレス', '備考']);
});

test('the text of a card has its values under their labels, and nothing of what is not given', () => {
  const values = [
    ['サーバー', 'relay.example'],
    ['暗号化', null],
    ['ユーザー名', 'kxyz23456'],
  ] as const;
  assert.equal(cardText('玄関', values), '玄関\nサーバー: relay.example\nユーザー名: kxyz23456');
});

test('a file without a column of names is no fleet', () => {
  assert.equal(plan('recipients\na@b.example'), undefined);
  assert.equal(plan(''), undefined);
});

test('problems stand first, then names as people count them; words are searched in all of a device', () => {
  const rows = [
    device('cam 10', { groupId: 'g2' }),
    device('cam 2'),
    device('new', { lastMessageAt: null }),
    device('off', { isDisabled: true }),
    device('silent', { lastMessageAt: new Date(NOW - 8 * 86_400_000).toISOString(), quietAfterHours: 24 }),
    // Of which nobody knows what is usual, a UPS for one.
    device('rare', { lastMessageAt: new Date(NOW - 80 * 86_400_000).toISOString() }),
    device('patient', { lastMessageAt: new Date(NOW - 8 * 86_400_000).toISOString(), quietAfterHours: 240 }),
    device('stuck', { mailboxId: 'm3' }),
    device('refused', { refusal: { since: '', lastAt: '', count: 2, code: 'auth.wrong_password' } }),
  ].map((one) => ({
    device: one,
    mailbox: one.mailboxId === 'm1' ? shop : undefined,
    group: groups.find(({ id }) => id === one.groupId),
  }));
  const names = (words: string, conditions: Parameters<typeof orderFleet>[1]['conditions'] = [], place = '') =>
    orderFleet(rows, { words, conditions, site: place, now: NOW }).map((row) => row.device.name);
  assert.deepEqual(names(''), ['refused', 'stuck', 'silent', 'new', 'cam 2', 'cam 10', 'patient', 'rare', 'off']);
  assert.deepEqual(names('CAM shop'), ['cam 2', 'cam 10']);
  assert.deepEqual(names('office'), ['cam 10']);
  assert.deepEqual([names('', [], 'g2'), names('cam', [], NO_SITE)], [['cam 10'], ['cam 2']]);
  assert.deepEqual(names('', ['quiet', 'paused']), ['silent', 'off']);
  assert.equal(conditionOf(rows[0]!, NOW), 'fine');
});
