-- CreateTable
CREATE TABLE "bounce_addresses" (
    "tenant_id" UUID NOT NULL,
    "token" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_report_at" TIMESTAMPTZ(3),
    "taken_in_hour" SMALLINT NOT NULL DEFAULT 0,
    "hour_ends_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "forward_code" TEXT,
    "forward_for" TEXT,
    "forward_at" TIMESTAMPTZ(3),

    CONSTRAINT "bounce_addresses_pkey" PRIMARY KEY ("tenant_id")
);

-- CreateIndex
CREATE UNIQUE INDEX "bounce_addresses_token_key" ON "bounce_addresses"("token");

ALTER TABLE bounce_addresses ENABLE ROW LEVEL SECURITY;
ALTER TABLE bounce_addresses FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON bounce_addresses TO hikyaku_app
  USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY every_tenant ON bounce_addresses TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (token, created_at, last_report_at, forward_code, forward_for, forward_at) ON bounce_addresses TO hikyaku_app;
-- The edge knows an address and notes what came; making one is its tenant's.
GRANT SELECT, UPDATE (last_report_at, taken_in_hour, hour_ends_at, forward_code, forward_for, forward_at) ON bounce_addresses TO hikyaku_system;
