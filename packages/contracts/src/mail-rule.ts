import { z } from 'zod';
import { line } from './device-policy.ts';
import { timestamp } from './paging.ts';
import { recipient } from './recipient.ts';

const fields = {
  field: z
    .enum(['subject', 'recipient'])
    .describe('`subject`: the subject contains `matches`; `recipient`: one of the recipients is it'),
  matches: line(200)
    .min(1)
    .describe('Plain words or an address, whatever their case; `*` stands for anything. No regular expressions'),
};

/** One rule of an owner: what a mail must be like, and what is done with it. */
export const mailRule = z
  .discriminatedUnion('action', [
    z.strictObject({ ...fields, action: z.literal('send').describe('By itself and at once') }),
    z.strictObject({
      ...fields,
      action: z.literal('digest').describe('Gathered for one mail every so many minutes'),
      digestMinutes: z.number().int().min(1).max(1440),
    }),
    z.strictObject({ ...fields, action: z.literal('drop').describe('Not sent; its content is destroyed at once') }),
    z.strictObject({
      ...fields,
      action: z.literal('heartbeat').describe('Not sent either: it says that the device lives'),
    }),
    z.strictObject({
      ...fields,
      action: z.literal('mailbox').describe('By another mailbox; by the device’s own should that be gone'),
      mailboxId: z.uuid(),
    }),
    z.strictObject({
      ...fields,
      action: z.literal('recipients').describe('To these instead'),
      recipients: z.array(recipient).min(1).max(10),
    }),
  ])
  .meta({ id: 'MailRule' });
export type MailRule = z.infer<typeof mailRule>;

/** Body of PUT /devices/{id}/rules, PUT /groups/{id}/rules and of both `try`. The first rule that fits counts. */
export const mailRuleList = z.strictObject({ rules: z.array(mailRule).max(20) }).meta({ id: 'MailRuleList' });
export type MailRuleList = z.infer<typeof mailRuleList>;

/** Rules of a device and, after them, those of the group that it is in. */
export const deviceRules = mailRuleList.extend({ groupRules: z.array(mailRule) }).meta({ id: 'DeviceRules' });
export type DeviceRules = z.infer<typeof deviceRules>;

/** Where a rule stands: in the list of the device or of its group, counted from 1. */
export const ruleHit = z
  .object({
    of: z.enum(['device', 'group']),
    number: z.number().int(),
    action: z.enum(['send', 'digest', 'drop', 'heartbeat', 'mailbox', 'recipients']),
  })
  .meta({ id: 'RuleHit' });

/** What rules would have done with the newest mails, the newest first; at most 50. */
export const ruleTrial = z
  .object({
    /** No subject is kept: here no rule by subject fits, though it will at the doors. */
    subjectsHidden: z.boolean(),
    mails: z.array(
      z.object({
        id: z.uuid(),
        acceptedAt: timestamp,
        subject: z.string().nullable(),
        /** Whom the device wrote to. */
        recipients: z.array(z.string()),
        /** The rule that it would have met; null: none. */
        hit: ruleHit.nullable(),
      }),
    ),
  })
  .meta({ id: 'RuleTrial' });
export type RuleTrial = z.infer<typeof ruleTrial>;
