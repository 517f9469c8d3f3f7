-- AlterTable
ALTER TABLE "device_groups" ADD COLUMN     "changed_xid" xid8 NOT NULL DEFAULT pg_current_xact_id(),
ADD COLUMN     "rules" JSONB NOT NULL DEFAULT '[]';

-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "rules" JSONB NOT NULL DEFAULT '[]';

-- The owner's to write.
GRANT UPDATE (rules) ON device_groups TO hikyaku_app;

-- The edge's snapshot follows rules, and which group a device is in.
CREATE TRIGGER mark_changed BEFORE UPDATE OF rules ON device_groups FOR EACH ROW EXECUTE FUNCTION mark_changed();
CREATE TRIGGER notify_policy AFTER INSERT OR DELETE OR UPDATE OF rules ON device_groups FOR EACH STATEMENT EXECUTE FUNCTION notify_policy();
CREATE INDEX device_groups_changed ON device_groups (changed_xid);
DO $$
DECLARE
  watched text;
BEGIN
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ', rules, group_id' INTO watched
    FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)
    WHERE t.tgrelid = 'devices'::regclass AND t.tgname = 'mark_changed';
  DROP TRIGGER mark_changed ON devices;
  DROP TRIGGER notify_policy ON devices;
  EXECUTE format('CREATE TRIGGER mark_changed BEFORE UPDATE OF %s ON devices FOR EACH ROW EXECUTE FUNCTION mark_changed()', watched);
  EXECUTE format('CREATE TRIGGER notify_policy AFTER INSERT OR DELETE OR UPDATE OF %s ON devices FOR EACH STATEMENT EXECUTE FUNCTION notify_policy()', watched);
END
$$;
