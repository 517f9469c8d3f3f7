import type { OutcomeRecord } from '@hikyaku/db';

/** The outcome of a mail that its provider took whole, as the worker writes it. */
export const sentOutcome = (claim: { messageId: string; fence: number }): OutcomeRecord => ({
  partNumber: 1,
  state: 'sent',
  stateCode: null,
  dueInMs: null,
  contentForMs: 1_000,
  attempt: { outcome: 'accepted', status: 202, code: null, text: null },
  providerId: null,
  results: null,
  event: { kind: 'sent', data: { status: 202 } },
  dayRefund: null,
  accountRest: null,
  reconnect: null,
  ...claim,
});
