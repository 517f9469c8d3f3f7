/** Whose SMTP server an account signs in to. */
export const SMTP_SERVICES = ['outlook', 'yahoo', 'isp'] as const;
export type SmtpService = (typeof SMTP_SERVICES)[number];
