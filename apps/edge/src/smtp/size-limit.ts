import type { SmtpServices } from './services.ts';
import type { Session } from './session.ts';

/** Bytes a mail of this session may have: the device's limit within the instance's. */
export function sizeLimit(session: Session, services: SmtpServices): number {
  const own = session.identity && services.policies.find(session.identity.deviceId)?.maxSizeBytes;
  return Math.min(own ?? services.maxSizeBytes, services.maxSizeBytes);
}

/** Whose limit that is. */
export function sizeScope(session: Session, services: SmtpServices): 'device' | 'relay' {
  return sizeLimit(session, services) < services.maxSizeBytes ? 'device' : 'relay';
}
