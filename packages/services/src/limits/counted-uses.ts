const HOUR_MS = 3_600_000;

/** What is counted by hour or day. */
export const TEST_MAILS = { name: 'test_mails', windowMs: HOUR_MS };
export const WATCHES = { name: 'watches', windowMs: HOUR_MS };
export const STRANGER_TESTS = { name: 'stranger_tests', windowMs: HOUR_MS };
