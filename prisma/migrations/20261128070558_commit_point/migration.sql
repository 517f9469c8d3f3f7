-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "committed_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "attempts" ADD COLUMN     "committed_at" TIMESTAMPTZ(3);

GRANT UPDATE (committed_at) ON messages, attempts TO hikyaku_system;
GRANT SELECT (committed_at) ON messages TO hikyaku_app;
-- Until now the first byte was the commit point: what is being sent during the upgrade may be with the provider.
UPDATE messages SET committed_at = opened_at WHERE state = 'sending' AND opened_at IS NOT NULL;
