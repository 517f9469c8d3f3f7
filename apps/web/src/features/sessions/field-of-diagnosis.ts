import type { Diagnosis } from '@hikyaku/contracts';
import type { CardField } from '../devices/families.ts';

const FIELDS: Record<NonNullable<Diagnosis['field']>, CardField | null> = {
  host: 'server',
  port: 'port',
  security: 'encryption',
  auth: 'auth',
  username: 'username',
  password: 'password',
  recipient: 'recipients',
  sender: 'senderAddress',
  // Nothing in the form: what the device sends, and from where.
  size: null,
  address: null,
};

/** The field of the card that a diagnosis is about; null where it is none. */
export const fieldOfDiagnosis = ({ field }: Pick<Diagnosis, 'field'>): CardField | null => field && FIELDS[field];
