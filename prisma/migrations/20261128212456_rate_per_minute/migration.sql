-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "rate_per_minute" INTEGER;

-- The dashboard's pages follow it, beside all that they and the edge's snapshot followed before.
DO $$
DECLARE
  watched text;
BEGIN
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ', rate_per_minute' INTO watched
    FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)
    WHERE t.tgrelid = 'devices'::regclass AND t.tgname = 'mark_changed';
  DROP TRIGGER mark_changed ON devices;
  DROP TRIGGER notify_policy ON devices;
  EXECUTE format('CREATE TRIGGER mark_changed BEFORE UPDATE OF %s ON devices FOR EACH ROW EXECUTE FUNCTION mark_changed()', watched);
  EXECUTE format('CREATE TRIGGER notify_policy AFTER INSERT OR DELETE OR UPDATE OF %s ON devices FOR EACH STATEMENT EXECUTE FUNCTION notify_policy()', watched);
END
$$;

-- A digest's page shows its mails, for as long as there are rows of them.
CREATE INDEX messages_of_digest ON messages (digest_id) WHERE digest_id IS NOT NULL;
