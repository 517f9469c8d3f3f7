/** What the test harness takes from the environment; all of it optional. */
export function readTestEnvironment(env: Record<string, string | undefined> = process.env): {
  /** A Postgres whose login may create databases, shared by every test file of a run. */
  postgresUrl: string | undefined;
  /** Programs were built from the present sources by who started the tests, and start faster that way. */
  arePrograms: 'built' | 'sources';
} {
  return {
    postgresUrl: env.HIKYAKU_TEST_POSTGRES_URL || undefined,
    arePrograms: env.HIKYAKU_TEST_PROGRAMS === 'built' ? 'built' : 'sources',
  };
}
