-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "digest_until" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "digest_at" TIMESTAMPTZ(3),
ADD COLUMN     "digest_id" UUID;

-- AlterTable
ALTER TABLE "upstream_accounts" ADD COLUMN     "digested_at" TIMESTAMPTZ(3);

-- Devices with mail that is gathered for a digest, and digests whose mails still follow them. Told by columns, not by states: see indexes_without_states.
CREATE INDEX messages_gathered ON messages (device_id, digest_at) WHERE digest_at IS NOT NULL;
CREATE INDEX messages_digest ON messages (device_id, digest_id)
  WHERE digest_id IS NOT NULL AND content_destroyed_at IS NULL AND content_until IS NULL;

GRANT UPDATE (digest_until) ON devices TO hikyaku_system;
GRANT UPDATE (digest_at, digest_id) ON messages TO hikyaku_system;
-- The owner's own moves end a gathering.
GRANT SELECT (digest_at, digest_id), UPDATE (digest_at) ON messages TO hikyaku_app;
