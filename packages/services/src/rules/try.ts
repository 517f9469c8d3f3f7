import type { MailRule, MailRuleList, RuleTrial } from '@hikyaku/contracts';
import { findRule } from '@hikyaku/core';
import { type ArrivedMail, findTenant, readArrivedMails, readDeviceRules, readGroupRules } from '@hikyaku/db';
import { requirePermission } from '../actor.ts';
import { found, type ServiceContext } from '../context.ts';

/** What a person still looks through. */
const TRIED_ON = 50;

/** What rules would have done with a device's newest mails; nothing is changed. @throws RelayError `api.forbidden`, `api.not_found` */
export async function tryDeviceRules(context: ServiceContext, id: string, { rules }: MailRuleList): Promise<RuleTrial> {
  requirePermission(context, 'devices.change');
  const { group } = found(await readDeviceRules(context, id));
  const mails = await readArrivedMails(context, { deviceId: id }, TRIED_ON);
  return tryOn(context, mails, () => ({ device: rules, group }));
}

/** The same for the mails of all devices of a group, each one's own rules before these. @throws RelayError `api.forbidden`, `api.not_found` */
export async function tryGroupRules(context: ServiceContext, id: string, { rules }: MailRuleList): Promise<RuleTrial> {
  requirePermission(context, 'devices.change');
  found(await readGroupRules(context, id));
  const mails = await readArrivedMails(context, { groupId: id }, TRIED_ON);
  return tryOn(context, mails, ({ deviceRules }) => ({ device: deviceRules, group: rules }));
}

async function tryOn(
  context: ServiceContext,
  mails: ArrivedMail[],
  listsFor: (mail: ArrivedMail) => { device: MailRule[]; group: MailRule[] },
): Promise<RuleTrial> {
  const { hideSubjects } = found(await findTenant(context));
  return {
    subjectsHidden: hideSubjects,
    mails: mails.map((mail) => {
      const { id, acceptedAt, subject, recipients } = mail;
      const hit = findRule(listsFor(mail), mail);
      return {
        ...{ id, acceptedAt: acceptedAt.toISOString(), subject, recipients },
        hit: hit && { of: hit.of, number: hit.number, action: hit.rule.action },
      };
    }),
  };
}
