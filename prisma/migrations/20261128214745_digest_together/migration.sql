-- AlterTable
ALTER TABLE "device_groups" ADD COLUMN     "digest_together" BOOLEAN NOT NULL DEFAULT false;

-- The owner's to choose.
GRANT UPDATE (digest_together) ON device_groups TO hikyaku_app;
