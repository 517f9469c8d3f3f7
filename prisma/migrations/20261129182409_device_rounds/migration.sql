-- AlterTable
ALTER TABLE "upstream_accounts" ADD COLUMN     "round_devices" UUID[] DEFAULT ARRAY[]::UUID[];
