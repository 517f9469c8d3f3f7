import { doorsOf, isLoopbackUrl, isThisMachine, type Settings } from '@hikyaku/config';
import { RelayError } from '@hikyaku/core';

const refuse = (name: string, problem: string) =>
  new RelayError('config.invalid', { internal: `${name} ${problem}`, fields: { [name]: problem } });

/**
 * Combinations that only the api can judge.
 * @throws RelayError `config.invalid`
 */
export function refuseSettings(settings: Settings, hasOperator: boolean): void {
  // Without a mailer an address proves nothing, so it makes nobody the operator.
  const namesOperator = settings.OPERATOR_EMAIL !== undefined && settings.SYSTEM_SMTP_URL !== undefined;
  if (!isLoopbackUrl(settings.PUBLIC_URL) && !namesOperator && !settings.OPERATOR_CODE && !hasOperator) {
    throw refuse(
      'HIKYAKU_OPERATOR_CODE',
      'or HIKYAKU_OPERATOR_EMAIL with HIKYAKU_SYSTEM_SMTP_URL is required when HIKYAKU_PUBLIC_URL is not a loopback address',
    );
  }
  if (settings.SYSTEM_SMTP_URL && isOwnDoor(settings, new URL(settings.SYSTEM_SMTP_URL))) {
    throw refuse('HIKYAKU_SYSTEM_SMTP_URL', 'is a door of this relay itself: a failure could never be told through it');
  }
}

function isOwnDoor(settings: Settings, url: URL): boolean {
  const isHere = url.hostname === settings.SMTP_HOST.toLowerCase() || isThisMachine(url.hostname);
  return (
    isHere && doorsOf(settings).some(({ port }) => port === Number(url.port || (url.protocol === 'smtps:' ? 465 : 587)))
  );
}
