import { createServer } from 'node:net';
import { DOORS, listenAddressOf, type Settings } from '@hikyaku/config';
import { Complaint } from './complaint.ts';

/** Settings that name a port this instance will listen on, with the address it binds. */
function wantedPorts(settings: Settings): { name: string; port: number; host: string }[] {
  const local = (
    [
      ['WEB_PORT', listenAddressOf(settings.PUBLIC_URL)],
      ['API_PORT', settings.API_LISTEN],
      ['NEXT_PORT', '127.0.0.1'],
      ['METRICS_PORT', settings.METRICS_LISTEN],
      ['WORKER_METRICS_PORT', settings.METRICS_LISTEN],
    ] as const
  ).map(([name, host]) => ({ name, port: settings[name], host }));
  const doors = DOORS.map(({ setting }) => ({
    name: setting,
    port: settings[setting] ?? 0,
    host: settings.SMTP_LISTEN,
  }));
  const secure = settings.HTTPS_PORT
    ? [{ name: 'HTTPS_PORT', port: settings.HTTPS_PORT, host: listenAddressOf(settings.PUBLIC_URL) }]
    : [];
  const sandbox = settings.isSandbox
    ? (['SANDBOX_PORT', 'SANDBOX_SMTP_PORT'] as const).map((name) => ({
        name,
        port: settings[name],
        host: '127.0.0.1',
      }))
    : [];
  return [...local, ...doors, ...secure, ...sandbox].filter(({ port }) => port !== 0);
}

function isFree(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** @throws Complaint naming every port that is taken, or given twice, and the setting that moves it. */
export async function checkPorts(settings: Settings): Promise<void> {
  const wanted = wantedPorts(settings);
  const problems: string[] = [];
  for (const [index, { name, port, host }] of wanted.entries()) {
    const twin = wanted.slice(0, index).find((other) => other.port === port);
    if (twin) problems.push(`HIKYAKU_${name} and HIKYAKU_${twin.name} are both ${port}`);
    else if (!(await isFree(port, host))) problems.push(`port ${port} is in use (set HIKYAKU_${name} to another one)`);
  }
  if (problems.length) throw new Complaint(problems.join('; '));
}
