import type { ConnectSmtp, SmtpAccess } from '@hikyaku/contracts';
import type { SmtpPreset, SmtpServicePort } from '@hikyaku/devices';
import { ApiProblem } from '../../api/problem.ts';
import { plainText } from '../../forms/plain-text.ts';

/** The form's view of an SMTP account: the port as typed, and the service that was chosen. */
export interface SmtpValues extends Omit<ConnectSmtp, 'port' | 'mailboxId'> {
  port: string;
}

export const NO_SMTP: SmtpValues = { address: '', host: '', port: '465', security: 'tls', username: '', password: '' };

export function toSmtpValues({ port, ...access }: SmtpAccess): SmtpValues {
  return { ...access, port: String(port), password: '' };
}

export function toSmtpBody({ address, host, port, username, ...values }: SmtpValues): ConnectSmtp {
  const plain = { address: plainText(address), host: plainText(host), username: plainText(username) };
  return { ...values, ...plain, port: Number(plainText(port)) };
}

/** The user name that a service expects of an address; empty where the service has made one that only its customer knows. */
export function usernameFor({ username }: SmtpPreset, address: string): string {
  if (username === 'issued') return '';
  return username === 'address' ? address : (address.split('@', 1)[0] ?? '');
}

/** The service whose server it is; undefined for one that is not in the catalogue. */
export function presetOfHost(presets: readonly SmtpPreset[], host: string): SmtpPreset | undefined {
  const name = host.toLowerCase();
  return presets.find((preset) =>
    preset.host ? preset.host === name : preset.hostDomain && name.endsWith(`.${preset.hostDomain}`),
  );
}

/** The port to try after `port`; undefined after the last one. */
export function portAfter(ports: readonly SmtpServicePort[], port: string): SmtpServicePort | undefined {
  const index = ports.findIndex((one) => String(one.port) === port);
  return ports[index + 1];
}

/** The way that works instead, where the test of the account has found one. */
export function wayFound(thrown: unknown): SmtpServicePort | undefined {
  const { port, security } = thrown instanceof ApiProblem ? thrown.fields : {};
  const isSecurity = security === 'tls' || security === 'starttls';
  return isSecurity && /^\d{1,5}$/.test(port ?? '') ? { port: Number(port), security } : undefined;
}
