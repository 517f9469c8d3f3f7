import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  choiceFor,
  choicesFor,
  doorChoices,
  type Encryption,
  otherPorts,
} from '../src/features/devices/door-choices.ts';

type Family = Parameters<typeof choiceFor>[1];
const any = (door: Family['door'], ...otherDoors: Family['door'][]): Family => ({
  door,
  otherDoors,
  encryption: ['none', 'starttls', 'implicit'],
});
const ports = {
  submission: 587,
  alternative: 2525,
  smtps: 465,
  legacySubmission: 12587,
  legacySmtps: 12465,
  smtp25: null,
  pop3: null,
  pop3s: null,
};

test('a device is offered only the doors that its policy opens, the usual one first', () => {
  const names = (policy: Parameters<typeof doorChoices>[1]) => doorChoices(ports, policy).map(({ name }) => name);
  assert.deepEqual(names({ allowPlainAuth: false, legacyTls: 'refuse' }), ['starttls', 'implicit']);
  assert.deepEqual(names({ allowPlainAuth: true, legacyTls: 'refuse' }), ['starttls', 'implicit', 'plain']);
  assert.deepEqual(names({ allowPlainAuth: false, legacyTls: 'allow' }), [
    'starttls',
    'implicit',
    'legacyStarttls',
    'legacyImplicit',
  ]);
});

test('the other ports are all the rest, each with its own encryption', () => {
  const choices = doorChoices(ports, { allowPlainAuth: false, legacyTls: 'refuse' });
  const [first] = choices;
  assert.ok(first);
  assert.deepEqual(otherPorts(choices, first), [
    { port: 2525, encryption: 'starttls' },
    { port: 465, encryption: 'implicit' },
  ]);
});

test("a family's first door that is open to the device is taken, and the usual one where none is", () => {
  const modern = doorChoices(ports, { allowPlainAuth: false, legacyTls: 'refuse' });
  const old = doorChoices(ports, { allowPlainAuth: false, legacyTls: 'allow' });
  assert.equal(choiceFor(modern, any('smtps', 'submission')), 'implicit');
  assert.equal(choiceFor(modern, any('legacy-smtps', 'smtps')), 'implicit');
  assert.equal(choiceFor(old, any('legacy-smtps', 'smtps')), 'legacyImplicit');
  assert.equal(choiceFor(modern, any('legacy-submission')), 'starttls');
});

test('a device that cannot encrypt is told no port with encryption', () => {
  const gateway = { door: 'submission', otherDoors: ['alternative'], encryption: ['none'] as Encryption[] } as const;
  const open = doorChoices(ports, { allowPlainAuth: true, legacyTls: 'refuse' });
  assert.equal(choiceFor(open, gateway), 'plain');
  assert.deepEqual(
    choicesFor(open, gateway).map(({ name }) => name),
    ['plain'],
  );
});
