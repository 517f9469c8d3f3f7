-- CreateEnum
CREATE TYPE "sender_kind" AS ENUM ('alias', 'shared');

-- CreateEnum
CREATE TYPE "sender_state" AS ENUM ('untested', 'works', 'refused');

-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "sender_id" UUID;

-- AlterTable
ALTER TABLE "oauth_states" ADD COLUMN     "wants_shared" BOOLEAN NOT NULL DEFAULT false;

-- CreateTable
CREATE TABLE "mailbox_senders" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "mailbox_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "kind" "sender_kind" NOT NULL,
    "state" "sender_state" NOT NULL DEFAULT 'untested',
    "state_code" TEXT,
    "tested_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "mailbox_senders_pkey" PRIMARY KEY ("id")
);

-- An address is there once in a mailbox.
CREATE UNIQUE INDEX mailbox_senders_address ON mailbox_senders (mailbox_id, lower(address));

ALTER TABLE mailbox_senders ENABLE ROW LEVEL SECURITY;
ALTER TABLE mailbox_senders FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON mailbox_senders TO hikyaku_app
  USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY every_tenant ON mailbox_senders TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true);
-- What a test brought is the worker's to write; at Gmail, which says nothing, the owner's.
GRANT SELECT, INSERT, UPDATE (state, state_code, tested_at), DELETE ON mailbox_senders TO hikyaku_app;
GRANT SELECT, UPDATE (state, state_code, tested_at) ON mailbox_senders TO hikyaku_system;
