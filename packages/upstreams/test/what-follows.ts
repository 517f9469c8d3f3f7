import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { decideOutcome, type SendResult } from '@hikyaku/core';

const PLANS = { retryMs: [30_000], inDoubtMs: [600_000], expireAfterMs: 172_800_000, failedContentMs: 1 };
const FIRST = { deferrals: 0, doubts: 0, abandons: 0, ageMs: 0 };

type Words = Record<string, Record<string, { what?: string; todo?: string } | undefined>>;
const readWords = (language: string): Words =>
  JSON.parse(readFileSync(new URL(`../../../apps/web/messages/${language}/problems.json`, import.meta.url), 'utf8'));
const WORDS = { en: readWords('en'), ja: readWords('ja') };

/** Everything that an answer comes to: the mail's state, what the attempt says, the reason; its words are there in both languages. */
export function whatFollows(result: SendResult): [state: string, attempt: string, code: string | undefined] {
  const { state, attempt, reconnectCode } = decideOutcome(result, FIRST, PLANS, () => 0.5);
  assert.equal(reconnectCode !== null, state === 'held', 'a mail is held exactly while its mailbox is closed');
  if (result.outcome === 'accepted') return [state, attempt.outcome, undefined];
  const [family, name] = result.code.split('.') as [string, string];
  for (const [language, words] of Object.entries(WORDS)) {
    const { what, todo } = words[family]?.[name] ?? {};
    assert.ok(what && todo, `${result.code} has no words in ${language}`);
    assert.equal(/[\u3041-\u30ff]/.test(what + todo), language === 'ja', `${result.code} in ${language}`);
  }
  return [state, attempt.outcome, result.code];
}
