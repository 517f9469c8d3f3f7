-- CreateTable
CREATE TABLE "arrivals" (
    "message_id" UUID NOT NULL,
    "recipient" TEXT NOT NULL,
    "tenant_id" UUID NOT NULL,
    "device_id" UUID,
    "mailbox_id" UUID NOT NULL,
    "asked_at" TIMESTAMPTZ(3) NOT NULL,
    "token_hash" BYTEA,
    "expires_at" TIMESTAMPTZ(3),
    "confirmed_at" TIMESTAMPTZ(3),
    "confirmed_by" TEXT,
    "denied_at" TIMESTAMPTZ(3),

    CONSTRAINT "arrivals_pkey" PRIMARY KEY ("message_id","recipient")
);

-- CreateIndex
CREATE UNIQUE INDEX "arrivals_token_hash_key" ON "arrivals"("token_hash");

-- CreateIndex
CREATE INDEX "arrivals_tenant_id_device_id_asked_at_idx" ON "arrivals"("tenant_id", "device_id", "asked_at" DESC);

-- CreateIndex
CREATE INDEX "arrivals_tenant_id_mailbox_id_asked_at_idx" ON "arrivals"("tenant_id", "mailbox_id", "asked_at" DESC);

-- CreateIndex
CREATE INDEX "arrivals_asked_at_idx" ON "arrivals"("asked_at");

ALTER TABLE arrivals ENABLE ROW LEVEL SECURITY;
ALTER TABLE arrivals FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON arrivals TO hikyaku_app
  USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY every_tenant ON arrivals TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true);
-- App never reads a token's hash: whoever could would still not have the token, but nothing there needs it.
GRANT SELECT (message_id, recipient, tenant_id, device_id, mailbox_id, asked_at, confirmed_at, confirmed_by, denied_at), INSERT,
  UPDATE (confirmed_at, confirmed_by, denied_at) ON arrivals TO hikyaku_app;
GRANT SELECT, UPDATE (confirmed_at, confirmed_by, denied_at), DELETE ON arrivals TO hikyaku_system;
