import type { Clock } from '@hikyaku/core';
import type { MailProvider } from '../accounts/account.ts';
import { FAULT_PRESETS, type FaultPreset } from './fault-presets.ts';

/** Calls that a fault can meet. `token` is the code leg, `refresh` the refresh leg, `app_token` that of client credentials, which names no mailbox; `upload` is a piece of a large attachment, which names none either. Those of SMTP are the login, MAIL, RCPT, and the end of DATA. */
export const FAULT_CALLS = [
  'authorize',
  'token',
  'refresh',
  'app_token',
  'revoke',
  'tokeninfo',
  'me',
  'profile',
  'send',
  'draft',
  'find_drafts',
  'attachment',
  'upload',
  'smtp_login',
  'smtp_mail',
  'smtp_rcpt',
  'smtp_data',
] as const;
export type FaultCall = (typeof FAULT_CALLS)[number];

/** What to do instead of, or before, the true answer. */
export interface Fault {
  provider?: MailProvider;
  /** Address of the account; without it every account's call is met, and calls that name no account. */
  mailbox?: string;
  call: FaultCall;
  /** How often; null: until the faults are cleared. */
  times: number | null;
  /** Waits that long first. Without status, preset and drop the true answer follows. */
  delayMs: number;
  /** `accepting`: the mail is stored and delivered, then the fault answers. Only for `send` and `smtp_data`. */
  after?: 'accepting';
  /** Closes the connection instead of answering. */
  drop: boolean;
  /** A documented answer by its name, see fault-presets.ts. */
  preset?: FaultPreset;
  status?: number;
  headers?: Record<string, string>;
  /** Text as it is; anything else as JSON. */
  body?: unknown;
}

export interface FaultAnswer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** How a fault ends a call: with an answer, with a closed connection, or (after its delay) not at all. */
export type FaultEffect = { kind: 'answer'; answer: FaultAnswer } | { kind: 'drop' } | { kind: 'none' };

export interface FaultBox {
  add(faults: Fault[]): void;
  clear(): void;
  /** With what is left of `times`. */
  list(): Fault[];
  /** Uses up one time of the first fault that fits and waits out its delay. */
  strike(call: {
    provider: MailProvider;
    call: FaultCall;
    mailbox?: string;
    after?: 'accepting';
  }): Promise<FaultEffect>;
}

/** Faults waiting at one time; more is a test gone wrong. */
export const MAX_FAULTS = 500;

export function createFaultBox(clock: Clock): FaultBox {
  let faults: Fault[] = [];
  return {
    add(more) {
      faults = [...faults, ...more].slice(-MAX_FAULTS);
    },
    clear() {
      faults = [];
    },
    list: () => faults,
    async strike({ provider, call, mailbox, after }) {
      const fault = faults.find(
        (candidate) =>
          candidate.call === call &&
          candidate.after === after &&
          (!candidate.provider || candidate.provider === provider) &&
          (!candidate.mailbox || candidate.mailbox.toLowerCase() === mailbox),
      );
      if (!fault) return { kind: 'none' };
      if (fault.times !== null) {
        fault.times -= 1;
        if (fault.times <= 0) faults = faults.filter((other) => other !== fault);
      }
      if (fault.delayMs) await clock.sleep(fault.delayMs);
      if (fault.drop) return { kind: 'drop' };
      const answer = toAnswer(fault);
      return answer ? { kind: 'answer', answer } : { kind: 'none' };
    },
  };
}

function toAnswer(fault: Fault): FaultAnswer | undefined {
  const preset = fault.preset ? FAULT_PRESETS[fault.preset] : undefined;
  const status = fault.status ?? preset?.status;
  if (status === undefined) return undefined;
  const body = fault.body ?? preset?.body;
  const isText = typeof body === 'string';
  return {
    status,
    headers: {
      ...(body === undefined || isText ? {} : { 'content-type': 'application/json; charset=utf-8' }),
      ...preset?.headers,
      ...fault.headers,
    },
    body: body === undefined ? '' : isText ? body : JSON.stringify(body),
  };
}
