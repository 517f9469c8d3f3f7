-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "claimed_from" "message_state";

-- AlterTable
ALTER TABLE "parts" ADD COLUMN     "due_at" TIMESTAMPTZ(3),
ADD COLUMN     "places" SMALLINT[] NOT NULL DEFAULT ARRAY[]::SMALLINT[],
ADD COLUMN     "state_code" TEXT;

GRANT UPDATE (claimed_from) ON messages TO hikyaku_system;
GRANT SELECT (claimed_from) ON messages TO hikyaku_app;
GRANT UPDATE (state_code, due_at, places) ON parts TO hikyaku_system;
-- A retry and a cancellation by the owner.
GRANT UPDATE (state_code, due_at) ON parts TO hikyaku_app;
