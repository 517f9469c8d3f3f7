import { canonicalAddress, canonicalDomain } from '@hikyaku/core/mail-address';
import { z } from 'zod';

/** An address that mail is sent to, by the same rule as at the doors; kept in its one form (core's `readMailAddress`). */
export const recipient = z
  .string()
  .max(254)
  .overwrite((text) => canonicalAddress(text) ?? text)
  .refine((text) => canonicalAddress(text) !== null, 'is not a mail address');

/** A domain that mail is sent to anyone at, kept in its one form (core's `canonicalDomain`). */
export const recipientDomain = z
  .string()
  .max(254)
  .overwrite((text) => canonicalDomain(text) ?? text)
  .refine((text) => canonicalDomain(text) !== null, 'is not a mail domain');
