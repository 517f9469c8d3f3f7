import { isLoopbackUrl, type Settings } from '@hikyaku/config';
import { RelayError } from '@hikyaku/core';
import { doorsOf } from './routes/smtp-ports.ts';

const refuse = (name: string, problem: string) =>
  new RelayError('config.invalid', { internal: `${name} ${problem}`, fields: { [name]: problem } });

/**
 * Combinations that only the api can judge.
 * @throws RelayError `config.invalid`
 */
export function refuseSettings(settings: Settings, hasOperator: boolean): void {
  if (!isLoopbackUrl(settings.PUBLIC_URL) && !settings.OPERATOR_EMAIL && !settings.OPERATOR_CODE && !hasOperator) {
    throw refuse(
      'HIKYAKU_OPERATOR_EMAIL',
      'or HIKYAKU_OPERATOR_CODE is required when HIKYAKU_PUBLIC_URL is not a loopback address',
    );
  }
  if (settings.SYSTEM_SMTP_URL && isOwnDoor(settings, new URL(settings.SYSTEM_SMTP_URL))) {
    throw refuse('HIKYAKU_SYSTEM_SMTP_URL', 'is a door of this relay itself: a failure could never be told through it');
  }
}

function isOwnDoor(settings: Settings, url: URL): boolean {
  const isHere = [settings.SMTP_HOST.toLowerCase(), 'localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return (
    isHere && doorsOf(settings).some(({ port }) => port === Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)))
  );
}
