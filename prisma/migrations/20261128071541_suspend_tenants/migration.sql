-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "suspended_at" TIMESTAMPTZ(3);

-- The edge's snapshot follows it.
DROP TRIGGER mark_changed ON tenants;
DROP TRIGGER notify_policy ON tenants;
CREATE TRIGGER mark_changed BEFORE UPDATE OF name, hide_subjects, retention_days, suspended_at, deleted_at ON tenants
  FOR EACH ROW EXECUTE FUNCTION mark_changed();
CREATE TRIGGER notify_policy AFTER INSERT OR DELETE OR UPDATE OF name, hide_subjects, retention_days, suspended_at, deleted_at ON tenants
  FOR EACH STATEMENT EXECUTE FUNCTION notify_policy();
