import type { Settings } from '@hikyaku/config';

/** What a person needs to know once everything runs. */
export function describeRunning(settings: Settings, operatorCode: string | undefined): string {
  const rows: [string, string][] = [
    ['Dashboard', settings.PUBLIC_URL],
    ['SMTP host', settings.SMTP_HOST],
    ['STARTTLS ports', `${settings.SMTP_SUBMISSION_PORT}, ${settings.SMTP_ALT_PORT}`],
    ['TLS port', String(settings.SMTPS_PORT)],
    [
      'Older equipment',
      `${settings.LEGACY_SUBMISSION_PORT} (STARTTLS), ${settings.LEGACY_SMTPS_PORT} (TLS), TLS 1.0 and up`,
    ],
  ];
  if (settings.POP3_PORT || settings.POP3S_PORT)
    rows.push(['POP before SMTP', `${settings.POP3_PORT} (STLS), ${settings.POP3S_PORT} (TLS)`]);
  if (settings.SMTP_25_PORT) rows.push(['Port 25 door', String(settings.SMTP_25_PORT)]);
  if (settings.isSandbox) {
    rows.push([
      'Sandbox',
      `http://localhost:${settings.SANDBOX_PORT} stands in for Microsoft and Google: nothing is really sent`,
    ]);
  }
  if (operatorCode)
    rows.push(['Operator code', `${operatorCode} (enter it once under Settings to become the operator)`]);
  rows.push(['Data and logs', settings.DATA_DIR]);
  const width = Math.max(...rows.map(([label]) => label.length));
  return [
    '',
    'Hikyaku is running. Ctrl-C stops it.',
    '',
    ...rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`),
    '',
  ].join('\n');
}
