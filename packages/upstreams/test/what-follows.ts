import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { alertMoves, decideOutcome, ERROR_TABLE, type Outcome, type SendResult, type ToldChange } from '@hikyaku/core';
import type { Told } from './rows/row.ts';

const PLANS = { retryMs: [30_000], inDoubtMs: [600_000], expireAfterMs: 172_800_000, failedContentMs: 1 };
const FIRST = { deferrals: 0, doubts: 0, abandons: 0, ageMs: 0 };

type Words = Record<string, Record<string, { what?: string; todo?: string } | undefined>>;
const readWords = (language: string): Words =>
  JSON.parse(readFileSync(new URL(`../../../apps/web/messages/${language}/problems.json`, import.meta.url), 'utf8'));
const WORDS = { en: readWords('en'), ja: readWords('ja') };

/** Who hears of it at once: the operator of what is his, the owner by what the outbox says of the mail and of its mailbox. */
function toldOf({ state, stateCode, attempt, reconnectCode }: Outcome): Told {
  const about = { tenantId: 'tenant', at: new Date(0) };
  const changes: ToldChange[] = [
    {
      ...{ ...about, kind: 'message.moved', subjectId: 'mail' },
      facts: { was: 'queued', is: state, code: stateCode, deviceId: 'device', mailboxId: 'mailbox' },
    },
    ...(reconnectCode === null
      ? []
      : [
          {
            ...about,
            kind: 'mailbox.changed',
            subjectId: 'mailbox',
            facts: { state: 'needs_reconnect', code: reconnectCode },
          },
        ]),
  ];
  const told = changes.flatMap(alertMoves).flatMap(({ is, code }) => (is === 'on' ? [code] : []));
  assert.ok(told.length < 2, 'one thing is told once');
  const isOperators =
    attempt.code !== null && ERROR_TABLE[attempt.code as keyof typeof ERROR_TABLE].tell === 'operator';
  assert.ok(!isOperators || told.length === 0, 'no owner is told of what is the operator’s');
  return isOperators ? 'operator' : (told[0] ?? null);
}

/** Everything that an answer comes to: the mail's state, what the attempt says, the reason, who is told; its words are there in both languages. */
export function whatFollows(
  result: SendResult,
): [state: string, attempt: string, code: string | undefined, told: Told] {
  const outcome = decideOutcome(result, FIRST, PLANS, () => 0.5);
  const { state, attempt, reconnectCode } = outcome;
  const told = toldOf(outcome);
  assert.equal(reconnectCode !== null, state === 'held', 'a mail is held exactly while its mailbox is closed');
  if (result.outcome === 'accepted') return [state, attempt.outcome, undefined, told];
  const [family, name] = result.code.split('.') as [string, string];
  for (const [language, words] of Object.entries(WORDS)) {
    const { what, todo } = words[family]?.[name] ?? {};
    assert.ok(what && todo, `${result.code} has no words in ${language}`);
    assert.equal(/[\u3041-\u30ff]/.test(what + todo), language === 'ja', `${result.code} in ${language}`);
  }
  return [state, attempt.outcome, result.code, told];
}
