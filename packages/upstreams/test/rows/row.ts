import type { AlertCode } from '@hikyaku/core';
import type { SmtpStep } from '../../src/smtp/smtp-failure.ts';

/** Who hears of it at once: the owner by an alert, the operator, or nobody (mail that waits for ten minutes is told as late). */
export type Told = AlertCode | 'operator' | null;

/** An answer to a send, and all that follows from it. `code` is of the family `upstream`, or named whole. */
export type SendRow = [status: number, answer: string, state: string, attempt: string, code: string, told: Told];

/** A refusal of a token: by number and OAuth word. */
export type TokenRow = [
  number: number | undefined,
  word: string,
  state: string,
  attempt: string,
  code: string,
  told: Told,
];

export type GoogleTokenRow = [
  status: number | undefined,
  word: string,
  state: string,
  attempt: string,
  code: string,
  told: Told,
];

/** A reply of an SMTP server at a step of its dialogue. */
export type ReplyRow = [step: SmtpStep, reply: string, state: string, attempt: string, code: string, told: Told];

export const wholeCode = (code: string): string => (code.includes('.') ? code : `upstream.${code}`);
