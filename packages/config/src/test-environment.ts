/** What the test harness takes from the environment; all of it optional. */
export function readTestEnvironment(env: Record<string, string | undefined> = process.env): {
  /** A Postgres whose login may create databases, shared by every test file of a run. */
  postgresUrl: string | undefined;
} {
  return { postgresUrl: env.HIKYAKU_TEST_POSTGRES_URL || undefined };
}
