-- CreateTable
CREATE TABLE "smtp_sessions" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "device_id" UUID,
    "started_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),
    "door" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "tls" TEXT,
    "username" TEXT,
    "hello" TEXT,
    "message_ids" UUID[],
    "diagnosis" TEXT NOT NULL,
    "severity" TEXT NOT NULL,
    "facts" JSONB NOT NULL,
    "lines" JSONB NOT NULL,

    CONSTRAINT "smtp_sessions_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "watches" (
    "device_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "address" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "watches_pkey" PRIMARY KEY ("device_id")
);

-- CreateIndex
CREATE INDEX "smtp_sessions_tenant_id_id_idx" ON "smtp_sessions"("tenant_id", "id" DESC);

-- CreateIndex
CREATE INDEX "smtp_sessions_tenant_id_device_id_id_idx" ON "smtp_sessions"("tenant_id", "device_id", "id" DESC);

-- CreateIndex
CREATE INDEX "smtp_sessions_started_at_idx" ON "smtp_sessions"("started_at");

-- CreateIndex
CREATE INDEX "watches_until_idx" ON "watches"("until");

ALTER TABLE smtp_sessions ALTER COLUMN message_ids SET DEFAULT '{}', ALTER COLUMN message_ids SET NOT NULL;
-- Written once, changed once where the first failure was told before the end, gone within two weeks.
ALTER TABLE smtp_sessions SET (autovacuum_vacuum_insert_scale_factor = 0.2);
DO $$
DECLARE
  of_tenant text;
BEGIN
  FOREACH of_tenant IN ARRAY ARRAY['smtp_sessions', 'watches'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', of_tenant);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', of_tenant);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I TO hikyaku_app
         USING (tenant_id = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
         WITH CHECK (tenant_id = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', of_tenant);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true)', of_tenant);
  END LOOP;
END
$$;
GRANT SELECT ON smtp_sessions TO hikyaku_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON smtp_sessions TO hikyaku_system;
GRANT SELECT, INSERT, UPDATE (address, since, until) ON watches TO hikyaku_app;
GRANT SELECT, DELETE ON watches TO hikyaku_system;
