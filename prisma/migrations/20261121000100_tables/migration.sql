-- CreateEnum
CREATE TYPE "provider" AS ENUM ('microsoft', 'google', 'smtp');

-- CreateEnum
CREATE TYPE "mailbox_state" AS ENUM ('active', 'needs_reconnect', 'disabled');

-- CreateEnum
CREATE TYPE "environment" AS ENUM ('live', 'sandbox');

-- CreateEnum
CREATE TYPE "recipients_mode" AS ENUM ('device', 'allow', 'replace');

-- CreateEnum
CREATE TYPE "message_state" AS ENUM ('queued', 'sending', 'sent', 'deferred', 'held', 'in_doubt', 'digested', 'suppressed', 'failed', 'expired', 'cancelled', 'quarantined');

-- CreateTable
CREATE TABLE "tenants" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hide_subjects" BOOLEAN NOT NULL DEFAULT false,
    "retention_days" INTEGER NOT NULL DEFAULT 30,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "changed_xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),

    CONSTRAINT "tenants_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_users" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT false,
    "image" TEXT,
    "is_operator" BOOLEAN NOT NULL DEFAULT false,
    "locale" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "auth_users_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_sessions" (
    "id" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "user_id" TEXT NOT NULL,
    "active_organization_id" TEXT,

    CONSTRAINT "auth_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_accounts" (
    "id" TEXT NOT NULL,
    "account_id" TEXT NOT NULL,
    "provider_id" TEXT NOT NULL,
    "issuer" TEXT,
    "user_id" TEXT NOT NULL,
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "password" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "auth_accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_verifications" (
    "id" TEXT NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "auth_verifications_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_organizations" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "logo" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "metadata" TEXT,

    CONSTRAINT "auth_organizations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_members" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'viewer',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "auth_members_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_invitations" (
    "id" TEXT NOT NULL,
    "organization_id" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT,
    "status" TEXT NOT NULL DEFAULT 'pending',
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "inviter_id" TEXT NOT NULL,

    CONSTRAINT "auth_invitations_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "auth_rate_limits" (
    "id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "last_request" BIGINT NOT NULL,

    CONSTRAINT "auth_rate_limits_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "mailboxes" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "provider" "provider" NOT NULL,
    "environment" "environment" NOT NULL,
    "account_key" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "display_name" TEXT,
    "state" "mailbox_state" NOT NULL DEFAULT 'active',
    "state_code" TEXT,
    "scopes" TEXT[],
    "secret_sealed" BYTEA,
    "secret_version" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "changed_xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),

    CONSTRAINT "mailboxes_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "devices" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "recipients_mode" "recipients_mode" NOT NULL DEFAULT 'device',
    "recipients" TEXT[],
    "learnt_recipients" TEXT[],
    "allow_plain_auth" BOOLEAN NOT NULL DEFAULT false,
    "legacy_tls" BOOLEAN NOT NULL DEFAULT false,
    "pop_before_smtp" BOOLEAN NOT NULL DEFAULT false,
    "allowed_addresses" TEXT[],
    "rate_per_hour" INTEGER,
    "digest_minutes" INTEGER,
    "quiet_hours" JSONB,
    "max_size_bytes" INTEGER,
    "subject_prefix" TEXT,
    "time_zone" TEXT,
    "charset" TEXT,
    "silence_after_hours" INTEGER,
    "fallback_mailbox_id" UUID,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),
    "last_message_at" TIMESTAMPTZ(3),
    "changed_xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),

    CONSTRAINT "devices_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "credentials" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "username" TEXT NOT NULL,
    "password_digest" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),
    "changed_xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),

    CONSTRAINT "credentials_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "usernames" (
    "username" TEXT NOT NULL,
    "device_id" UUID NOT NULL,

    CONSTRAINT "usernames_pkey" PRIMARY KEY ("username")
);

-- CreateTable
CREATE TABLE "messages" (
    "id" UUID NOT NULL,
    "seq" BIGSERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "device_id" UUID NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "account_key" TEXT,
    "queue_id" TEXT NOT NULL,
    "state" "message_state" NOT NULL DEFAULT 'queued',
    "state_code" TEXT,
    "is_test" BOOLEAN NOT NULL DEFAULT false,
    "priority" SMALLINT NOT NULL DEFAULT 2,
    "subject" TEXT,
    "size_bytes" INTEGER NOT NULL,
    "mail_from" TEXT NOT NULL,
    "recipients" TEXT[],
    "message_id_header" TEXT NOT NULL,
    "door" TEXT NOT NULL,
    "accepted_at" TIMESTAMPTZ(3) NOT NULL,
    "ingested_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "sent_at" TIMESTAMPTZ(3),
    "due_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "fence" INTEGER NOT NULL DEFAULT 0,
    "opened_at" TIMESTAMPTZ(3),
    "attempt_count" INTEGER NOT NULL DEFAULT 0,
    "key_sealed" BYTEA,
    "spool_object" TEXT,
    "spool_offset" BIGINT,
    "spool_length" BIGINT,
    "content_until" TIMESTAMPTZ(3),
    "content_destroyed_at" TIMESTAMPTZ(3),

    CONSTRAINT "messages_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "parts" (
    "message_id" UUID NOT NULL,
    "number" SMALLINT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "state" "message_state" NOT NULL DEFAULT 'queued',
    "provider_id" TEXT,
    "sent_at" TIMESTAMPTZ(3),

    CONSTRAINT "parts_pkey" PRIMARY KEY ("message_id","number")
);

-- CreateTable
CREATE TABLE "attempts" (
    "message_id" UUID NOT NULL,
    "part_number" SMALLINT NOT NULL,
    "number" INTEGER NOT NULL,
    "tenant_id" UUID NOT NULL,
    "fence" INTEGER NOT NULL,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "opened_at" TIMESTAMPTZ(3),
    "finished_at" TIMESTAMPTZ(3),
    "outcome" TEXT,
    "status" INTEGER,
    "code" TEXT,
    "text" TEXT,
    "is_repeat" BOOLEAN NOT NULL DEFAULT false,

    CONSTRAINT "attempts_pkey" PRIMARY KEY ("message_id","part_number","number")
);

-- CreateTable
CREATE TABLE "message_events" (
    "message_id" UUID NOT NULL,
    "number" SERIAL NOT NULL,
    "tenant_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "data" JSONB,

    CONSTRAINT "message_events_pkey" PRIMARY KEY ("message_id","number")
);

-- CreateTable
CREATE TABLE "tombstones" (
    "message_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "tombstones_pkey" PRIMARY KEY ("message_id")
);

-- CreateTable
CREATE TABLE "upstream_accounts" (
    "account_key" TEXT NOT NULL,
    "turn_token" INTEGER NOT NULL DEFAULT 0,
    "turn_until" TIMESTAMPTZ(3),
    "not_before" TIMESTAMPTZ(3),
    "bucket_tokens" DOUBLE PRECISION,
    "bucket_at" TIMESTAMPTZ(3),

    CONSTRAINT "upstream_accounts_pkey" PRIMARY KEY ("account_key")
);

-- CreateTable
CREATE TABLE "oauth_states" (
    "state_hash" BYTEA NOT NULL,
    "tenant_id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "session_hash" BYTEA NOT NULL,
    "provider" "provider" NOT NULL,
    "verifier_sealed" BYTEA NOT NULL,
    "mailbox_id" UUID,
    "return_to" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "oauth_states_pkey" PRIMARY KEY ("state_hash")
);

-- CreateTable
CREATE TABLE "audit_entries" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "target" TEXT,
    "data" JSONB,

    CONSTRAINT "audit_entries_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "instance_keys" (
    "id" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "public_key" BYTEA,
    "sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retired_at" TIMESTAMPTZ(3),

    CONSTRAINT "instance_keys_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "instance_settings" (
    "key" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "instance_settings_pkey" PRIMARY KEY ("key")
);

-- CreateIndex
CREATE UNIQUE INDEX "auth_users_email_key" ON "auth_users"("email");

-- CreateIndex
CREATE UNIQUE INDEX "auth_sessions_token_key" ON "auth_sessions"("token");

-- CreateIndex
CREATE INDEX "auth_sessions_user_id_idx" ON "auth_sessions"("user_id");

-- CreateIndex
CREATE INDEX "auth_accounts_user_id_idx" ON "auth_accounts"("user_id");

-- CreateIndex
CREATE INDEX "auth_verifications_identifier_idx" ON "auth_verifications"("identifier");

-- CreateIndex
CREATE UNIQUE INDEX "auth_organizations_slug_key" ON "auth_organizations"("slug");

-- CreateIndex
CREATE INDEX "auth_members_user_id_idx" ON "auth_members"("user_id");

-- CreateIndex
CREATE UNIQUE INDEX "auth_members_organization_id_user_id_key" ON "auth_members"("organization_id", "user_id");

-- CreateIndex
CREATE INDEX "auth_invitations_organization_id_idx" ON "auth_invitations"("organization_id");

-- CreateIndex
CREATE INDEX "auth_invitations_email_idx" ON "auth_invitations"("email");

-- CreateIndex
CREATE UNIQUE INDEX "auth_rate_limits_key_key" ON "auth_rate_limits"("key");

-- CreateIndex
CREATE INDEX "mailboxes_tenant_id_created_at_idx" ON "mailboxes"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "mailboxes_account_key_idx" ON "mailboxes"("account_key");

-- CreateIndex
CREATE INDEX "devices_tenant_id_created_at_idx" ON "devices"("tenant_id", "created_at");

-- CreateIndex
CREATE INDEX "devices_mailbox_id_idx" ON "devices"("mailbox_id");

-- CreateIndex
CREATE INDEX "credentials_device_id_idx" ON "credentials"("device_id");

-- CreateIndex
CREATE INDEX "credentials_username_idx" ON "credentials"("username");

-- CreateIndex
CREATE UNIQUE INDEX "messages_seq_key" ON "messages"("seq");

-- CreateIndex
CREATE UNIQUE INDEX "messages_queue_id_key" ON "messages"("queue_id");

-- CreateIndex
CREATE INDEX "messages_tenant_id_seq_idx" ON "messages"("tenant_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "messages_tenant_id_device_id_seq_idx" ON "messages"("tenant_id", "device_id", "seq" DESC);

-- CreateIndex
CREATE INDEX "messages_tenant_id_state_seq_idx" ON "messages"("tenant_id", "state", "seq" DESC);

-- CreateIndex
CREATE INDEX "tombstones_at_idx" ON "tombstones"("at");

-- CreateIndex
CREATE INDEX "oauth_states_expires_at_idx" ON "oauth_states"("expires_at");

-- CreateIndex
CREATE INDEX "audit_entries_tenant_id_id_idx" ON "audit_entries"("tenant_id", "id" DESC);

-- CreateIndex
CREATE INDEX "instance_keys_purpose_idx" ON "instance_keys"("purpose");
