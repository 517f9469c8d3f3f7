/** SQL: a device that was silent that long has news (design, section 6). */
export const QUIET = `interval '15 minutes'`;
