const MS = `interval '1 millisecond'`;

/** SQL: a time to come moved back by `$1` milliseconds, to now at most; one that has come, or none, as it is. */
export const movedBack = (time: string): string =>
  `CASE WHEN ${time} > now() THEN greatest(now(), ${time} - $1::float8 * ${MS}) ELSE ${time} END`;

/** SQL: `ms` from now. */
export const longestFrom = (ms: string): string => `(now() + ${ms}::float8 * ${MS})`;

/** SQL: a time, or `limit` where that is earlier. */
export const notAfter = (time: string, limit: string): string =>
  `CASE WHEN ${time} > ${limit} THEN ${limit} ELSE ${time} END`;
