-- CreateTable
CREATE TABLE "outbox_readers" (
    "name" TEXT NOT NULL,
    "xid" BIGINT NOT NULL DEFAULT 0,
    "seq" BIGINT NOT NULL DEFAULT 0,
    "since_seq" BIGINT NOT NULL DEFAULT 0,

    CONSTRAINT "outbox_readers_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "mail_states" (
    "tenant_id" UUID NOT NULL,
    "state" "message_state" NOT NULL,
    "count" BIGINT NOT NULL,

    CONSTRAINT "mail_states_pkey" PRIMARY KEY ("tenant_id","state")
);

-- CreateTable
CREATE TABLE "mail_hours" (
    "tenant_id" UUID NOT NULL,
    "hour" TIMESTAMPTZ(0) NOT NULL,
    "accepted" INTEGER NOT NULL,
    "sent" INTEGER NOT NULL,
    "failed" INTEGER NOT NULL,

    CONSTRAINT "mail_hours_pkey" PRIMARY KEY ("tenant_id","hour")
);

-- CreateTable
CREATE TABLE "device_ends" (
    "device_id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "state" "message_state" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "device_ends_pkey" PRIMARY KEY ("device_id")
);

-- CreateIndex
CREATE INDEX "mail_hours_hour_idx" ON "mail_hours"("hour");

-- CreateIndex
CREATE INDEX "device_ends_tenant_id_idx" ON "device_ends"("tenant_id");

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['mail_states', 'mail_hours', 'device_ends'] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY own_tenant ON %I TO hikyaku_app
      USING (tenant_id = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::uuid))
      WITH CHECK (tenant_id = (SELECT nullif(current_setting(''app.tenant_id'', true), '''')::uuid))', name);
    EXECUTE format('CREATE POLICY every_tenant ON %I TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true)', name);
    EXECUTE format('GRANT SELECT ON %I TO hikyaku_app', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO hikyaku_system', name);
  END LOOP;
END
$$;
GRANT SELECT, UPDATE (xid, seq) ON outbox_readers TO hikyaku_system;

-- What is there already is counted once, here. No row of the outbox is written meanwhile: those that stand in it are in these counts, and any that
-- comes later has a higher number, whatever its transaction.
LOCK TABLE outbox IN SHARE MODE;
INSERT INTO outbox_readers (name, since_seq) SELECT 'counts', coalesce(max(seq), 0) FROM outbox;
INSERT INTO mail_states (tenant_id, state, count)
  SELECT tenant_id, CASE WHEN state = 'sending' THEN coalesce(claimed_from, state) ELSE state END, count(*) FROM messages GROUP BY 1, 2;
INSERT INTO mail_hours (tenant_id, hour, accepted, sent, failed)
  SELECT tenant_id, date_trunc('hour', ingested_at, 'UTC'), count(*), count(*) FILTER (WHERE state = 'sent'),
    count(*) FILTER (WHERE state IN ('failed', 'expired', 'quarantined'))
  FROM messages WHERE ingested_at > now() - interval '32 days' GROUP BY 1, 2;
