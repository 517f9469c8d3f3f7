import { z } from 'zod';

const port = z.number().int().min(1).max(65535);

/** Port of each door, as a device has to be given it. */
export const ports = z
  .object({
    /** STARTTLS. */
    submission: port,
    /** STARTTLS, where a provider blocks the usual port. */
    alternative: port,
    /** TLS from the first byte. */
    smtps: port,
    /** Also takes TLS 1.0 and 1.1. */
    legacySubmission: port,
    /** Also takes TLS 1.0 and 1.1. */
    legacySmtps: port,
    smtp25: port.nullable(),
    /** POP3 with STLS, for POP before SMTP. */
    pop3: port.nullable(),
    /** POP3 in TLS from the first byte. */
    pop3s: port.nullable(),
  })
  .meta({ id: 'Ports' });
export type Ports = z.infer<typeof ports>;

export const door = z
  .object({
    name: z.enum(['submission', 'alternative', 'smtps', 'smtp25', 'legacy-submission', 'legacy-smtps']),
    port,
    tls: z.enum(['starttls', 'implicit']),
    isLegacy: z.boolean(),
  })
  .meta({ id: 'Door' });
export type DoorShape = z.infer<typeof door>;

/** What is typed into a device's mail form. The password is shown in this one answer and never again. */
export const deviceCredential = z
  .object({
    username: z.string(),
    /** The same user name for forms that insist on an `@`. */
    login: z.string(),
    password: z.string(),
    host: z.string(),
    ports,
  })
  .meta({ id: 'DeviceCredential' });
export type DeviceCredential = z.infer<typeof deviceCredential>;
