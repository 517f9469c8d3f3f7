-- AlterTable
ALTER TABLE "upstream_accounts" ADD COLUMN     "day_hour" INTEGER,
ADD COLUMN     "day_hours" INTEGER[] DEFAULT ARRAY[]::INTEGER[];
