import { type ConnectSmtp, connectSmtpBody } from '@hikyaku/contracts';
import type { FormRules } from '../../forms/rules.ts';
import { type SmtpValues, toSmtpBody } from './smtp-values.ts';

export const smtpRules: FormRules<SmtpValues, ConnectSmtp> = { schema: connectSmtpBody, toBody: toSmtpBody };
