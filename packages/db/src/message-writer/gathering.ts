import { OWN_DOOR } from '@hikyaku/core';

const MINUTE = `interval '1 minute'`;
/** What is beyond an hour's rate leaves together that often. */
const HOURS_EXCESS = `interval '10 minutes'`;
/** Of a device's newest mails so many are looked at for its rate: with more in its time it lets pass what is beyond them, some in a thousand. */
const LOOKED_AT = 1_000;

/** SQL: mail `g` is not sent, by its owner's rule. */
export const IS_UNWANTED = `coalesce(g.rule_action IN ('drop', 'heartbeat'), false)`;

/** SQL: mail `g` is a part of its device's storms: all that no test is, none of our own, and nothing that a rule takes out of them. */
export const IS_STORM = `(NOT g.is_test AND g.door <> '${OWN_DOOR}' AND coalesce(g.rule_action IN ('mailbox', 'recipients'), true))`;

/** SQL: until when mail `g` has to wait, while that is to come; a clock of an edge that is wrong by days keeps nothing for longer than a day. */
export const QUIET_UNTIL = `CASE WHEN g.not_before_ms / 1000 > extract(epoch FROM now()) THEN least(to_timestamp(g.not_before_ms / 1000), now() + interval '25 hours') END`;

/** SQL: of the devices of `given` that have a rate: how many mails left, or leave, by themselves in the last minute and in the last hour. */
export const LONE_MAILS = `
  SELECT d.id AS device_id, count(*) FILTER (WHERE w.ingested_at > now() - ${MINUTE})::int AS of_minute, count(w.ingested_at)::int AS of_hour
  FROM devices d LEFT JOIN LATERAL (
    SELECT m.ingested_at FROM (
      SELECT * FROM messages m WHERE m.tenant_id = d.tenant_id AND m.device_id = d.id ORDER BY m.seq DESC LIMIT ${LOOKED_AT}
    ) m
    WHERE m.ingested_at > now() - interval '1 hour' AND m.digest_at IS NULL AND m.digest_id IS NULL AND m.door <> '${OWN_DOOR}' AND NOT m.is_test AND m.copy_of IS NULL
      AND m.state::text <> 'suppressed'
  ) w ON true
  WHERE d.id IN (SELECT g.device_id FROM given g) AND (d.rate_per_minute IS NOT NULL OR d.rate_per_hour IS NOT NULL)
  GROUP BY d.id`;

const isGatheredOf = (condition: string): string =>
  `FROM messages w WHERE w.device_id = g.device_id AND w.digest_at IS NOT NULL AND w.digest_at ${condition}`;
/** SQL: in so long at the latest, sooner with what is gathered already. */
const within = (span: string): string =>
  `coalesce((SELECT min(w.digest_at) ${isGatheredOf('> now()')} AND w.digest_at <= now() + ${span}), now() + ${span})`;
const IS_OVER_MINUTE = 'coalesce(l.of_minute + g.alert_rank > d.rate_per_minute, false)';
const IS_OVER_HOUR = 'coalesce(l.of_hour + g.alert_rank > d.rate_per_hour, false)';
// A window that ends later than one that began now is of a clock that was set back.
const IN_WINDOW = `WHEN d.digest_minutes IS NOT NULL AND d.digest_until > now() THEN least(d.digest_until, now() + d.digest_minutes * ${MINUTE})`;
const IS_BEHIND_DUE = `EXISTS (SELECT ${isGatheredOf('<= now()')})`;
const BEHIND_FIRST = `WHEN d.digest_minutes IS NOT NULL AND g.alert_rank > 1 THEN now() + d.digest_minutes * ${MINUTE}`;

/**
 * SQL: when mail `g` of device `d`, of which `l` left by themselves, is put into a digest. At the end of quiet hours; where a rule says so, with what is gathered already; where the device wants
 * digests, in its open window, behind mail whose time has come, or behind the first of its batch; what is over its rate. Null: it leaves by itself, as tests, mail of our own and mail of which some
 * recipients wait for the owner's word do.
 */
export const DIGEST_AT = `CASE
  WHEN cardinality(g.waiting_places) > 0 OR g.is_unwanted OR g.door = '${OWN_DOOR}' THEN NULL
  WHEN g.quiet_until IS NOT NULL THEN g.quiet_until
  WHEN g.rule_action = 'digest' THEN ${within(`g.rule_minutes * ${MINUTE}`)}
  WHEN NOT g.is_storm THEN NULL
  ${IN_WINDOW}
  WHEN (d.digest_minutes IS NOT NULL OR ${IS_OVER_MINUTE} OR ${IS_OVER_HOUR}) AND ${IS_BEHIND_DUE} THEN now()
  ${BEHIND_FIRST}
  WHEN ${IS_OVER_MINUTE} THEN ${within(MINUTE)}
  WHEN ${IS_OVER_HOUR} THEN ${within(HOURS_EXCESS)} END`;

/** SQL: the same for a device that may have digests and has no rate, of mail to all of its recipients at once, under no rule and no quiet hours. */
export const PLAIN_DIGEST_AT = `CASE
  WHEN g.is_test OR d.digest_minutes IS NULL THEN NULL
  ${IN_WINDOW}
  WHEN ${IS_BEHIND_DUE} THEN now()
  ${BEHIND_FIRST} END`;
