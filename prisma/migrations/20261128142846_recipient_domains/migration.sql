-- AlterEnum
ALTER TYPE "recipients_mode" ADD VALUE 'domains';

-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "recipient_domains" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

-- The edge's snapshot follows it, beside all that it followed before.
DO $$
DECLARE
  watched text;
BEGIN
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ', recipient_domains' INTO watched
    FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)
    WHERE t.tgrelid = 'devices'::regclass AND t.tgname = 'mark_changed';
  DROP TRIGGER mark_changed ON devices;
  DROP TRIGGER notify_policy ON devices;
  EXECUTE format('CREATE TRIGGER mark_changed BEFORE UPDATE OF %s ON devices FOR EACH ROW EXECUTE FUNCTION mark_changed()', watched);
  EXECUTE format('CREATE TRIGGER notify_policy AFTER INSERT OR DELETE OR UPDATE OF %s ON devices FOR EACH STATEMENT EXECUTE FUNCTION notify_policy()', watched);
END
$$;
