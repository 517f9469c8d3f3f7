import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalAddress } from '@hikyaku/core';
import fc from 'fast-check';
import { argumentAfter, readDeclaredSize, readRecipients, readSender } from '../src/smtp/path.ts';

test('a sender is found in every form that devices send (E1–E5, E8, E9)', () => {
  const cases: [string, string][] = [
    ['FROM:<a@b.jp>', 'a@b.jp'],
    ['FROM:a@b.jp', 'a@b.jp'],
    ['FROM: <a@b.jp> SIZE=', 'a@b.jp'],
    ['from : <a@b.jp > BODY=8BIT SIZE=12 AUTH=<>', 'a@b.jp'],
    ['FROM:<Cam <a@b.jp>>', 'a@b.jp'],
    ['FROM:Cam <a@b.jp>', 'a@b.jp'],
    ['FROM:<camera1>', 'camera1'],
    ['FROM:<user.@x> SMTPUTF8', 'user.@x'],
    ['FROM:<a@my_cam>', 'a@my_cam'],
    ['FROM:<>', ''],
    ['FROM:<@hop.example,@two.example:a@b.jp>', 'a@b.jp'],
    ['FROM:<a@b.jp', 'a@b.jp'],
  ];
  for (const [line, address] of cases) assert.equal(readSender(argumentAfter('from', line)!), address, line);
  assert.equal(argumentAfter('from', 'TO:<a@b>'), null);
});

test('a recipient command may hold a list, a name, blanks and parameters (E2, E3, E7, E8, E11)', () => {
  const cases: [string, string[]][] = [
    ['TO:<a@b.jp>', ['a@b.jp']],
    ['TO: a@b.jp', ['a@b.jp']],
    ['TO:<a@b.jp>,<c@d.jp>', ['a@b.jp', 'c@d.jp']],
    ['TO:<a@b.jp,c@d.jp>', ['a@b.jp', 'c@d.jp']],
    ['TO:a@b.jp;c@d.jp;', ['a@b.jp', 'c@d.jp']],
    ['TO:<a@b.jp、c@d.jp>', ['a@b.jp', 'c@d.jp']],
    ['TO:<ａ＠ｂ．ｊｐ；c@d.jp>', ['a@b.jp', 'c@d.jp']],
    ['TO:<a@b.jp> <c@d.jp>', ['a@b.jp', 'c@d.jp']],
    ['TO:<a@b.jp>,<A@B.jp>', ['a@b.jp']],
    ['TO:<hanako@x <hanako@y.jp>>', ['hanako@y.jp']],
    ['TO:<a@b.jp > NOTIFY=NEVER ORCPT=rfc822;x@y.jp', ['a@b.jp']],
    ['TO:<u..v@docomo.ne.jp>', ['u..v@docomo.ne.jp']],
    ['TO:<camera1>', ['camera1']],
    ['TO:<@hop.example:a@b.jp>', ['a@b.jp']],
    ['TO:<>', []],
    ['TO:<a@b.jp.>', ['a@b.jp.']],
    ['TO:<"taro..gate.7"@docomo.example>', ['"taro..gate.7"@docomo.example']],
    ['TO:"u."@x.jp,<"v..w"@x.jp>', ['"u."@x.jp', '"v..w"@x.jp']],
    ['TO:<"a, b"@x.jp>', ['"a, b"@x.jp']],
    ['TO:"Doe, John <x@y.jp>" <a@b.jp> NOTIFY=NEVER', ['a@b.jp']],
    ['TO:<"a@b.jp>', ['"a@b.jp']],
    ['TO:<a@b.jp c@d.jp>', ['a@b.jp', 'c@d.jp']],
    ['TO:<ｏｗｎｅｒ＠ｂ．ｊｐ>', ['owner@b.jp']],
    ['TO:a＠b.jp；c＠d.jp', ['a@b.jp', 'c@d.jp']],
    ['TO:<mailto:a@b.jp>', ['a@b.jp']],
    ['TO:<SMTP:a@b.jp>', ['a@b.jp']],
    ['TO:"a@b.jp"', ['a@b.jp']],
    ["TO:<'a@b.jp'>", ['a@b.jp']],
    ["TO:<o'neil@b.jp>", ["o'neil@b.jp"]],
  ];
  for (const [line, addresses] of cases) assert.deepEqual(readRecipients(argumentAfter('to', line)!), addresses, line);
});

test('an address with a blank or control character in it is refused whole: half of it would be a stranger’s', () => {
  for (const inside of [
    'john smith@p.example',
    'john\tsmith@p.example',
    'john\0smith@p.example',
    'a@p.example b',
    'a@p\0.example',
    'a@p.example\0',
    'a@p.example\t',
    '\x7fa@p.example',
    'evil\ue040p.example',
  ]) {
    const found = readRecipients(argumentAfter('to', `TO:<${inside}>`)!);
    assert.equal(found.length, 1, inside);
    assert.equal(canonicalAddress(found[0]!), null, inside);
  }
});

test('no line makes an address with a control character or a bracket in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
      const argument = argumentAfter('to', `to:${text}`)!;
      const recipients = readRecipients(argument).flatMap((address) => canonicalAddress(address) ?? []);
      for (const address of [...recipients, readSender(argument)]) {
        assert.ok([...address].every((letter) => letter >= ' ' && !'<>\x7f'.includes(letter)));
      }
    }),
  );
});

test('a declared size counts only when it is a number', () => {
  assert.equal(readDeclaredSize('<a@b> SIZE=123 BODY=8BITMIME'), 123);
  for (const text of ['<a@b> SIZE=', '<a@b>', '<SIZE=5@b>', '<a@b> SIZE=12x'])
    assert.equal(readDeclaredSize(text), null);
});
