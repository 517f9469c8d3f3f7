import { FAULT_CALLS } from './fault.ts';
import { FAULT_PRESETS } from './fault-presets.ts';
import { ACCOUNT_EVENTS } from './knobs.ts';
import { SMTP_SERVICES } from './smtp-service.ts';

const consent = { enum: ['ask', 'auto'] };
const provider = { enum: ['microsoft', 'google'] };
const address = { type: 'string', minLength: 3, maxLength: 320 };

export const accountSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    consent,
    kind: { enum: ['personal', 'work'] },
    mail: { type: ['string', 'null'] },
    hidesEmail: { type: 'boolean' },
    hasMailbox: { type: 'boolean' },
    needsAdmin: { type: 'boolean' },
    isDisabled: { type: 'boolean' },
    sendsAs: address,
    aliases: { type: 'array', maxItems: 400, items: address },
    shared: { type: 'array', maxItems: 400, items: address },
    hasDraftRole: { type: 'boolean' },
    smtpAuth: { enum: ['on', 'off'] },
    smtpService: { enum: [...SMTP_SERVICES] },
    isOutOfScope: { type: 'boolean' },
    untickedScopes: { type: 'array', maxItems: 20, items: { type: 'string' } },
  },
};

export const faultSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['call'],
  properties: {
    provider: { enum: ['microsoft', 'google', 'smtp'] },
    mailbox: address,
    call: { enum: [...FAULT_CALLS] },
    times: { type: ['integer', 'null'], minimum: 1, default: 1 },
    // Two minutes: longer than any deadline of the relay.
    delayMs: { type: 'integer', minimum: 0, maximum: 120_000, default: 0 },
    after: { enum: ['accepting'] },
    drop: { type: 'boolean', default: false },
    preset: { enum: Object.keys(FAULT_PRESETS) },
    status: { type: 'integer', minimum: 200, maximum: 599 },
    headers: { type: 'object', additionalProperties: { type: 'string' } },
    body: {},
  },
};

export const happeningSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['provider', 'account', 'event'],
  properties: { provider, account: address, event: { enum: [...ACCOUNT_EVENTS] } },
};

/** Body of `POST /knobs`; docs/sandbox.md says what each does. */
export const knobSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    consent,
    tokenLifetimeSeconds: { type: 'integer', minimum: 1, maximum: 86_400 },
    clientSecret: { enum: ['valid', 'expired'] },
    googleProject: { enum: ['production', 'testing'] },
    oversize: { enum: [413, 200] },
    limits: { enum: ['none', 'concurrency', 'all'] },
    exchangePerMinute: { type: 'integer', minimum: 0, maximum: 10_000 },
    exchangeRecipientsPerDay: { type: 'integer', minimum: 0, maximum: 1_000_000 },
    bounces: { type: 'array', maxItems: 1000, items: address },
    keep: {
      type: 'object',
      additionalProperties: false,
      required: ['mailsPerBox', 'totalBytes'],
      properties: {
        mailsPerBox: { type: 'integer', minimum: 1 },
        totalBytes: { type: 'integer', minimum: 1 },
      },
    },
    accounts: { type: 'object', maxProperties: 1000, additionalProperties: accountSchema },
    faults: { type: 'array', maxItems: 500, items: faultSchema },
    happen: { type: 'array', maxItems: 100, items: happeningSchema },
  },
};
