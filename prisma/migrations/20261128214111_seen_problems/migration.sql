-- CreateTable
CREATE TABLE "seen_problems" (
    "tenant_id" UUID NOT NULL,
    "person" TEXT NOT NULL,
    "problem" TEXT NOT NULL,
    "mark" TEXT NOT NULL,
    "seen_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "seen_problems_pkey" PRIMARY KEY ("tenant_id","person","problem")
);

ALTER TABLE seen_problems ENABLE ROW LEVEL SECURITY;
ALTER TABLE seen_problems FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON seen_problems TO hikyaku_app
  USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY every_tenant ON seen_problems TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (mark, seen_at), DELETE ON seen_problems TO hikyaku_app;
GRANT SELECT, DELETE ON seen_problems TO hikyaku_system;

-- A mailbox that stops a second time, for the same reason, is news.
CREATE FUNCTION forget_seen_mailbox() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM seen_problems WHERE tenant_id = NEW.tenant_id AND problem = 'mailbox:' || NEW.id;
  RETURN NULL;
END
$$;
CREATE TRIGGER forget_seen_mailbox AFTER UPDATE OF state ON mailboxes FOR EACH ROW
  WHEN (NEW.state <> OLD.state) EXECUTE FUNCTION forget_seen_mailbox();
