-- CreateEnum
CREATE TYPE "content_mode" AS ENUM ('beside', 'instead');

-- AlterEnum
ALTER TYPE "provider" ADD VALUE 'channel';

-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "content_channel_id" UUID,
ADD COLUMN     "content_mode" "content_mode" NOT NULL DEFAULT 'beside';

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "copy_of" UUID;

-- The owner's page tells of which mail one is a copy.
GRANT SELECT (copy_of) ON messages TO hikyaku_app;
-- What waits for a channel that was removed goes to its device's mailbox.
GRANT UPDATE (mailbox_id) ON messages TO hikyaku_system;

-- The edge's snapshot follows where a device's mail goes.
DO $$
DECLARE
  watched text;
BEGIN
  SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) || ', content_channel_id, content_mode' INTO watched
    FROM pg_trigger t JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)
    WHERE t.tgrelid = 'devices'::regclass AND t.tgname = 'mark_changed';
  DROP TRIGGER mark_changed ON devices;
  DROP TRIGGER notify_policy ON devices;
  EXECUTE format('CREATE TRIGGER mark_changed BEFORE UPDATE OF %s ON devices FOR EACH ROW EXECUTE FUNCTION mark_changed()', watched);
  EXECUTE format('CREATE TRIGGER notify_policy AFTER INSERT OR DELETE OR UPDATE OF %s ON devices FOR EACH STATEMENT EXECUTE FUNCTION notify_policy()', watched);
END
$$;
