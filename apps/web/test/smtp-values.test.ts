import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { smtpPresets } from '@hikyaku/devices';
import { ApiProblem } from '../src/api/problem.ts';
import { fieldOfProblem, isPortProblem } from '../src/features/mailboxes/smtp-problem-field.ts';
import { smtpRules } from '../src/features/mailboxes/smtp-rules.ts';
import { NO_SMTP, portAfter, presetOfHost, usernameFor, wayFound } from '../src/features/mailboxes/smtp-values.ts';
import { findErrors } from '../src/forms/rules.ts';

const preset = (id: string) => smtpPresets.find((one) => one.id === id) ?? assert.fail(id);

test('the user name follows from the address as the service wants it, or is left to who has it', () => {
  assert.equal(usernameFor(preset('yahoo'), 'hanako@yahoo.com'), 'hanako@yahoo.com');
  assert.equal(usernameFor(preset('yahoo-japan'), 'hanako@yahoo.co.jp'), 'hanako');
  assert.equal(usernameFor(preset('amazon-ses'), 'alarm@example.com'), '');
});

test('a server that was connected is known again, also one of a customer’s own', () => {
  assert.equal(presetOfHost(smtpPresets, 'SMTP.mail.me.com')?.id, 'icloud');
  assert.equal(presetOfHost(smtpPresets, 'sv42.xserver.jp')?.id, 'xserver');
  assert.equal(presetOfHost(smtpPresets, 'email-smtp.eu-west-1.amazonaws.com')?.id, 'amazon-ses');
  assert.equal(presetOfHost(smtpPresets, 'mail.example.com'), undefined);
});

test('after a port comes the next that the service has, and after the last one none', () => {
  assert.deepEqual(portAfter(preset('yahoo').ports, '465'), { port: 587, security: 'starttls' });
  assert.equal(portAfter(preset('yahoo').ports, '587'), undefined);
});

test('every refusal of a server has its field', () => {
  const table = readFileSync(new URL('../../../packages/core/src/errors/error-table.ts', import.meta.url), 'utf8');
  const codes = [...table.matchAll(/^ {2}'(smtp\.[a-z_]+)'/gm)].map(([, code = '']) => code);
  assert.ok(codes.length > 10, 'the table was read');
  assert.deepEqual(
    codes.filter((code) => !fieldOfProblem(code)),
    [],
  );
  assert.equal(fieldOfProblem('api.rate_limited'), null);
  assert.ok(isPortProblem('smtp.unreachable') && !isPortProblem('smtp.login_refused'));
});

test('a port that was found is offered, and nothing else that a problem may name', () => {
  const problem = (fields: Record<string, string>) => new ApiProblem(422, { code: 'smtp.unreachable', fields });
  assert.deepEqual(wayFound(problem({ port: '465', security: 'tls' })), { port: 465, security: 'tls' });
  const others: Record<string, string>[] = [
    {},
    { port: '465' },
    { port: 'x', security: 'tls' },
    { port: '25', security: 'none' },
  ];
  for (const fields of others) assert.equal(wayFound(problem(fields)), undefined);
  assert.equal(wayFound(null), undefined);
});

test('what is typed wrong is said in the field’s own words', () => {
  const values = { ...NO_SMTP, address: 'a@example.com', username: 'a', password: 'p' };
  assert.deepEqual(findErrors(smtpRules, { ...values, host: 'smtp://mail.example.com', port: '70000' }), {
    host: 'host',
    port: 'port',
  });
  assert.deepEqual(findErrors(smtpRules, { ...values, host: '', port: 'x' }), { host: 'required', port: 'port' });
  assert.deepEqual(findErrors(smtpRules, { ...values, host: 'mail.example.com' }), {});
});
