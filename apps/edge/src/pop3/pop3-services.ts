import type { LoginServices } from '../login/check-login.ts';
import type { PopLogins } from '../login/pop-logins.ts';
import type { SmtpServices } from '../smtp/services.ts';

/** What the POP3 dialogues need of the process around them. */
export type Pop3Services = LoginServices &
  Pick<SmtpServices, 'logger' | 'idleMs' | 'strangerMs' | 'onClientHello'> & { popLogins: Pick<PopLogins, 'note'> };
