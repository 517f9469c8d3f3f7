import type { BetterAuthOptions } from 'better-auth';

const times = { createdAt: 'created_at', updatedAt: 'updated_at' };

/** Better Auth's words as our tables and columns (prisma/schema.prisma). */
export const authTables = {
  user: { modelName: 'auth_users', fields: { emailVerified: 'email_verified', ...times } },
  session: {
    modelName: 'auth_sessions',
    fields: { expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', userId: 'user_id', ...times },
  },
  account: {
    modelName: 'auth_accounts',
    fields: {
      accountId: 'account_id',
      providerId: 'provider_id',
      userId: 'user_id',
      accessToken: 'access_token',
      refreshToken: 'refresh_token',
      idToken: 'id_token',
      accessTokenExpiresAt: 'access_token_expires_at',
      refreshTokenExpiresAt: 'refresh_token_expires_at',
      ...times,
    },
  },
  verification: {
    modelName: 'auth_verifications',
    fields: { expiresAt: 'expires_at', ...times },
    // The identifier holds the token of a password reset: whoever reads the table must not be able to use it.
    storeIdentifier: 'hashed',
  },
} satisfies Pick<BetterAuthOptions, 'user' | 'session' | 'account' | 'verification'>;

export const rateLimitTable = { modelName: 'auth_rate_limits', fields: { lastRequest: 'last_request' } };

/** The same for the organization plugin. */
export const organizationTables = {
  session: { fields: { activeOrganizationId: 'active_organization_id' } },
  organization: { modelName: 'auth_organizations', fields: { createdAt: 'created_at' } },
  member: {
    modelName: 'auth_members',
    fields: { organizationId: 'organization_id', userId: 'user_id', createdAt: 'created_at' },
  },
  invitation: {
    modelName: 'auth_invitations',
    fields: {
      organizationId: 'organization_id',
      expiresAt: 'expires_at',
      createdAt: 'created_at',
      inviterId: 'inviter_id',
    },
  },
};

/** The same for the second step of signing in. */
export const twoFactorTables = {
  user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
  twoFactor: {
    modelName: 'auth_two_factors',
    fields: {
      backupCodes: 'backup_codes',
      userId: 'user_id',
      failedVerificationCount: 'failed_verification_count',
      lockedUntil: 'locked_until',
    },
  },
};

/** The same for passkeys. */
export const passkeyTables = {
  passkey: {
    modelName: 'auth_passkeys',
    fields: {
      publicKey: 'public_key',
      userId: 'user_id',
      credentialID: 'credential_id',
      deviceType: 'device_type',
      backedUp: 'backed_up',
      createdAt: 'created_at',
    },
  },
};
