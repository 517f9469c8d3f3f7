import { BOUNCE_REASONS, type BounceReason } from '@hikyaku/core';

/** What an alert's words are made of. */
export interface AlertValues {
  /** Of the mailbox or device; a phrase where it is gone. */
  name: string;
  /** As its reader writes it. */
  since: string;
  count: number;
  /** A channel that pictures go to, which is a mailbox to the worker alone. */
  isChannel: boolean;
  facts: Record<string, unknown>;
}

export interface AlertText {
  title: string;
  advice: string;
}

/** The words of a message that are not an alert's own. */
export interface NoteWords {
  gone: string;
  /** Of several alerts. */
  several(count: number): string;
  ended(title: string): string;
  goesOn(title: string): string;
  test: AlertText;
}

/** The reason in an alert's facts. */
export const bounceReasonOf = (fact: unknown): BounceReason =>
  BOUNCE_REASONS.find((known) => known === fact) ?? 'other';
