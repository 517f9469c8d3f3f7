-- CreateTable
CREATE TABLE "alerts" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "tenant_id" UUID NOT NULL,
    "code" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "facts" JSONB NOT NULL,
    "opened_at" TIMESTAMPTZ(3) NOT NULL,
    "last_at" TIMESTAMPTZ(3) NOT NULL,
    "count" INTEGER NOT NULL DEFAULT 1,
    "ended_at" TIMESTAMPTZ(3),
    "tell_at" TIMESTAMPTZ(3),
    "told" SMALLINT NOT NULL DEFAULT 0,
    "seen_at" TIMESTAMPTZ(3),

    CONSTRAINT "alerts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_channels" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "language" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "config_sealed" BYTEA NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_sent_at" TIMESTAMPTZ(3),
    "failing_since" TIMESTAMPTZ(3),
    "failure" TEXT,
    "sent_in_hour" SMALLINT NOT NULL DEFAULT 0,
    "hour_ends_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "alert_channels_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_deliveries" (
    "id" UUID NOT NULL DEFAULT uuidv7(),
    "tenant_id" UUID NOT NULL,
    "channel_id" UUID NOT NULL,
    "alert_id" UUID,
    "telling" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "due_at" TIMESTAMPTZ(3),
    "lease_until" TIMESTAMPTZ(3),
    "note_id" UUID,
    "tries" SMALLINT NOT NULL DEFAULT 0,
    "sent_at" TIMESTAMPTZ(3),
    "failure" TEXT,
    "status" SMALLINT,

    CONSTRAINT "alert_deliveries_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "alerts_tenant_id_id_idx" ON "alerts"("tenant_id", "id" DESC);

-- CreateIndex
CREATE INDEX "alert_channels_tenant_id_idx" ON "alert_channels"("tenant_id");

-- CreateIndex
CREATE INDEX "alert_deliveries_channel_id_id_idx" ON "alert_deliveries"("channel_id", "id" DESC);

-- CreateIndex
CREATE INDEX "alert_deliveries_created_at_idx" ON "alert_deliveries"("created_at");

-- One row a thing that goes on, however often it is said; and what is to be told next.
CREATE UNIQUE INDEX alerts_open ON alerts (tenant_id, code, subject_id) WHERE ended_at IS NULL;
CREATE INDEX alerts_tell ON alerts (tell_at) WHERE tell_at IS NOT NULL;
CREATE INDEX alerts_ended ON alerts (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX alert_deliveries_due ON alert_deliveries (channel_id, due_at) WHERE due_at IS NOT NULL;
-- Few devices have a rhythm; no index holds when one spoke last, which each mail moves.
CREATE INDEX devices_with_rhythm ON devices (id) WHERE silence_after_hours IS NOT NULL AND deleted_at IS NULL;

DO $$
DECLARE
  of_tenant text;
BEGIN
  FOREACH of_tenant IN ARRAY ARRAY['alerts', 'alert_channels', 'alert_deliveries'] LOOP
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
GRANT SELECT, UPDATE (seen_at) ON alerts TO hikyaku_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON alerts TO hikyaku_system;
GRANT SELECT, INSERT, UPDATE (name, config_sealed, failing_since, failure, deleted_at) ON alert_channels TO hikyaku_app;
GRANT SELECT, INSERT, UPDATE (last_sent_at, failing_since, failure, sent_in_hour, hour_ends_at) ON alert_channels TO hikyaku_system;
-- App asks for a test, and for another try of what was given up.
GRANT SELECT, INSERT, UPDATE (due_at, tries) ON alert_deliveries TO hikyaku_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON alert_deliveries TO hikyaku_system;

-- What was told before there were alerts is not told again; mailboxes that are lost now are.
LOCK TABLE outbox IN SHARE MODE;
INSERT INTO outbox_readers (name, since_seq) SELECT 'alerts', coalesce(max(seq), 0) FROM outbox;
INSERT INTO alerts (tenant_id, code, subject_id, facts, opened_at, last_at, tell_at)
  SELECT m.tenant_id, 'mailbox.lost', m.id, jsonb_build_object('code', m.state_code), now(), now(), now()
  FROM mailboxes m JOIN tenants t ON t.id = m.tenant_id AND t.deleted_at IS NULL WHERE m.state = 'needs_reconnect' AND m.deleted_at IS NULL;
