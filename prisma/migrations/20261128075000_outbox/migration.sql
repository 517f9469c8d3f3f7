-- CreateTable
CREATE TABLE "outbox" (
    "seq" BIGSERIAL NOT NULL,
    "xid" BIGINT NOT NULL DEFAULT ((pg_current_xact_id())::text)::bigint,
    "tenant_id" UUID NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "subject_id" UUID NOT NULL,
    "facts" JSONB NOT NULL,

    CONSTRAINT "outbox_pkey" PRIMARY KEY ("xid","seq")
);

-- Few columns, written once and gone within a day: whoever reads it is seconds behind.
ALTER TABLE outbox SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);
ALTER TABLE outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON outbox TO hikyaku_app
  USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY every_tenant ON outbox TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true);
-- App writes what its own changes tell; it reads none of it.
GRANT INSERT ON outbox TO hikyaku_app;
GRANT SELECT, INSERT, DELETE ON outbox TO hikyaku_system;
GRANT USAGE ON SEQUENCE outbox_seq_seq TO hikyaku_app, hikyaku_system;
-- A retry and a cancellation by the owner move the parts too.
GRANT UPDATE (state) ON parts TO hikyaku_app;

-- Changes of mailboxes and devices tell themselves, whoever makes them: those that move changed_xid, which is what the edge's snapshot follows. A
-- token that is refreshed, or a device's last message, tells nobody. One wake-up a transaction: Postgres sends equal notifications once.
CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO outbox (tenant_id, kind, subject_id, facts) VALUES (NEW.tenant_id, TG_ARGV[0], NEW.id,
    CASE TG_ARGV[0] WHEN 'mailbox.changed' THEN jsonb_build_object('state', to_jsonb(NEW) -> 'state', 'code', to_jsonb(NEW) -> 'state_code') ELSE '{}' END);
  PERFORM pg_notify('hikyaku_outbox', '');
  RETURN NULL;
END
$$;
CREATE TRIGGER tell_made AFTER INSERT ON mailboxes FOR EACH ROW EXECUTE FUNCTION tell_change('mailbox.changed');
CREATE TRIGGER tell_changed AFTER UPDATE ON mailboxes FOR EACH ROW
  WHEN (OLD.changed_xid IS DISTINCT FROM NEW.changed_xid) EXECUTE FUNCTION tell_change('mailbox.changed');
CREATE TRIGGER tell_made AFTER INSERT ON devices FOR EACH ROW EXECUTE FUNCTION tell_change('device.changed');
CREATE TRIGGER tell_changed AFTER UPDATE ON devices FOR EACH ROW
  WHEN (OLD.changed_xid IS DISTINCT FROM NEW.changed_xid) EXECUTE FUNCTION tell_change('device.changed');
