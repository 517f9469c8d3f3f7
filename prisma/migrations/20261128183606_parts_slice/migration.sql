-- AlterTable
ALTER TABLE "parts" ADD COLUMN     "slice" JSONB;

-- The worker divides a part that is over its upstream's limit.
GRANT UPDATE (slice) ON parts TO hikyaku_system;
