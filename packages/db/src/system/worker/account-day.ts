import { DAY_HOURS, KEPT_SHARE } from '@hikyaku/core';

/** SQL: the number of the running hour. `date_part` is a float; `extract` counts in decimals, which costs more than all around it. */
export const HOUR = `floor(date_part('epoch', now()) / 3600)::int`;
/** SQL: what account `a` sent in the newest hour that slot `slot` can stand for; nothing where none was written since. */
const sentIn = (a: string, slot: string): string =>
  `CASE WHEN ${HOUR} - (${HOUR} - ${slot}) % ${DAY_HOURS} <= ${a}.day_hour THEN coalesce(${a}.day_hours[${slot} + 1], 0) ELSE 0 END`;
/** SQL: the running hour's slot. */
const SLOT = `${HOUR} % ${DAY_HOURS}`;
const SLOTS = `generate_series(0, ${DAY_HOURS - 1}) AS slot`;

/** SQL: all slots of account `a` were written in the running hour's day: each stands for the hour that it says. */
const isOfThisHour = (a: string): string => `${a}.day_hour = ${HOUR} AND cardinality(${a}.day_hours) = ${DAY_HOURS}`;

/** SQL: what account `a` sent in its rolling day. Times are Postgres's alone, so that a clock that differs elsewhere spends nothing twice. */
export const sentInDay = (a: string): string =>
  `CASE WHEN ${isOfThisHour(a)} THEN (SELECT greatest(0, sum(sent)) FROM unnest(${a}.day_hours) AS sent)
     ELSE (SELECT greatest(0, sum(${sentIn(a, 'slot')})) FROM ${SLOTS}) END::int`;

/** SQL: core's `DayUse` of account `a`, as JSON. */
export const dayUse = (a: string): string => `jsonb_build_object(
  'hours', ARRAY(SELECT ${sentIn(a, 'slot')} FROM ${SLOTS} ORDER BY (${HOUR} - slot) % ${DAY_HOURS} DESC),
  'nextHourInMs', ((${HOUR} + 1) * 3600::bigint - extract(epoch FROM now())) * 1000)`;

/** SQL: assignments that add `units` to the running hour of account `a`; less than none gives back what did not leave. */
export const addToDay = (a: string, units: string): string =>
  `day_hour = ${HOUR}, day_hours = CASE WHEN ${isOfThisHour(a)}
     THEN ${a}.day_hours[1:${SLOT}] || (${a}.day_hours[${SLOT} + 1] + ${units}) || ${a}.day_hours[${SLOT} + 2:]
     ELSE ARRAY(SELECT ${sentIn(a, 'slot')} + CASE WHEN slot = ${SLOT} THEN ${units} ELSE 0 END FROM ${SLOTS} ORDER BY slot) END`;

/** SQL: core's `shareOfDay` of mails that are not urgent. */
export const ordinaryShare = (perDay: string): string => `(${perDay} - ceil(${perDay} / ${KEPT_SHARE}.0))`;

/** SQL: recipients of a part with `places` of a message with `recipients`. */
export const recipientsOf = (places: string, recipients: string): string =>
  `coalesce(nullif(cardinality(${places}), 0), cardinality(${recipients}))`;
