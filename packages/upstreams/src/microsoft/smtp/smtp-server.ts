import type { SmtpServer } from '../../smtp/session.ts';
import { isPersonal } from '../account-kind.ts';
import type { MicrosoftSmtp } from '../config.ts';

/** The server of an account by its key. */
export const smtpServerOf = ({ personal, work }: MicrosoftSmtp, accountKey: string): SmtpServer =>
  isPersonal(accountKey) ? personal : work;
