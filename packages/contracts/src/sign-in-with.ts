import { z } from 'zod';
import { oauthProviderName } from './mailbox.ts';

/** Why a way to a provider and back ended without a sign-in, as pages of the dashboard are told in `refused`. */
export type SignInRefusal =
  /** Pressed "Cancel" there. */
  | 'cancelled'
  /** Too late, used already, or begun in another browser or session. */
  | 'ended'
  | 'refused'
  | 'unavailable'
  /** His organization does not allow it. */
  | 'admin'
  /** Something is wrong with the relay's registration at the provider. */
  | 'operator'
  /** Linked to somebody else's account here. */
  | 'other'
  /** There are too many links. */
  | 'full'
  /** His account's address is not confirmed yet. */
  | 'unconfirmed'
  | 'failed';

/** Somebody whom a provider has named and who has no account here yet. */
export const newcomerAnswer = z
  .object({
    provider: oauthProviderName,
    /** As the provider shows it. */
    address: z.string().nullable(),
    /** The provider answers for the address: it is his account's, and needs no mail to be confirmed. */
    isConfirmed: z.boolean(),
  })
  .nullable();
export type Newcomer = z.infer<typeof newcomerAnswer>;

/** A sign-in at a provider that an account has. */
export interface LinkedSignIn {
  id: string;
  provider: z.infer<typeof oauthProviderName>;
  /** What it called itself when it was used last. */
  label: string | null;
  createdAt: string;
  lastUsedAt: string | null;
}
