import { moveOf, OWN_DOOR } from '@hikyaku/core';
import { hasPartsOfItsOwn } from './message-conditions.ts';

const isOld = (m: string): string => `${m}.accepted_at < now() - interval '1 hour'`;

/**
 * SQL: now for held mail `m` that is put into a digest when it leaves: nobody wants hundreds of mails of last week one by one, and before today's. Not a test nor our own; not where somebody may have it
 * already, nor where it has parts of its own: those go on by themselves.
 */
export const heldDigestAt = (
  m: string,
): string => `CASE WHEN ${isOld(m)} AND NOT ${m}.is_test AND ${m}.door <> '${OWN_DOOR}'
  AND EXISTS (SELECT FROM devices d WHERE d.id = ${m}.device_id AND d.digest_minutes IS NOT NULL AND d.deleted_at IS NULL)
  AND NOT ${hasPartsOfItsOwn(m)}
  AND NOT EXISTS (SELECT FROM attempts t WHERE t.message_id = ${m}.id AND t.outcome = '${moveOf('doubted').to}')
  THEN now() END`;

/** SQL: new mail goes before what was held for more than an hour; a place of its own behind the rest, so that a claim, and the place that a mail is told, follow without a look at its age. Tests stay first. */
export const heldPriority = (m: string): string =>
  `CASE WHEN ${isOld(m)} AND NOT ${m}.is_test THEN greatest(${m}.priority, 3) ELSE ${m}.priority END`;
