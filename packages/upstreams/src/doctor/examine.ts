import { openUpstreamPool } from '../http/upstream-pool.ts';
import { type UpstreamSettings, upstreamEndpoints } from '../upstream-endpoints.ts';
import { checkGoogle } from './check-google.ts';
import { checkMicrosoft } from './check-microsoft.ts';
import { type Finding, ok, unknown } from './finding.ts';

/**
 * What can be seen from outside of the registrations that the settings name, by the steps of docs/going-live.md. Signs nobody in and sends nothing.
 * In sandbox mode the sandbox is asked.
 */
export async function examineProviders(
  settings: UpstreamSettings & { PUBLIC_URL: string; MICROSOFT_CLIENT_SECRET_ENDS?: string | undefined },
): Promise<Finding[]> {
  const { microsoft, google, proxy } = upstreamEndpoints(settings);
  const pool = openUpstreamPool(proxy);
  const redirectUri = (provider: string): string => `${settings.PUBLIC_URL}/oauth/${provider}/callback`;
  try {
    const found = await Promise.all([
      microsoft ? checkMicrosoft(microsoft, { pool, redirectUri: redirectUri('microsoft') }) : [],
      google ? checkGoogle(google, { pool, redirectUri: redirectUri('google') }) : [],
    ]);
    const ends = settings.MICROSOFT_CLIENT_SECRET_ENDS;
    const end = ends
      ? ok(6, `the client secret ends on ${ends}`)
      : unknown(6, 'MICROSOFT_CLIENT_SECRET_ENDS is not set: nobody will be warned');
    return [
      ok(1, `${settings.PUBLIC_URL} is an address that both would take`),
      ...found.flat(),
      ...(microsoft ? [end] : []),
    ].toSorted((a, b) => a.step - b.step);
  } finally {
    await pool.close();
  }
}
