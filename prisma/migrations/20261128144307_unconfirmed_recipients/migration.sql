-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "refused_recipients" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
ADD COLUMN     "unconfirmed_recipients" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[];

GRANT UPDATE (unconfirmed_recipients) ON devices TO hikyaku_system;

-- Parts that wait for their owner's word: few, and looked through every few seconds.
CREATE INDEX parts_unconfirmed ON parts (message_id) WHERE state_code = 'recipient.unconfirmed';

-- The edge's snapshot follows both lists, beside all that it followed before.
DO $$
DECLARE
  watched text;
BEGIN
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ', unconfirmed_recipients, refused_recipients' INTO watched
    FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)
    WHERE t.tgrelid = 'devices'::regclass AND t.tgname = 'mark_changed';
  DROP TRIGGER mark_changed ON devices;
  DROP TRIGGER notify_policy ON devices;
  EXECUTE format('CREATE TRIGGER mark_changed BEFORE UPDATE OF %s ON devices FOR EACH ROW EXECUTE FUNCTION mark_changed()', watched);
  EXECUTE format('CREATE TRIGGER notify_policy AFTER INSERT OR DELETE OR UPDATE OF %s ON devices FOR EACH STATEMENT EXECUTE FUNCTION notify_policy()', watched);
END
$$;
