-- AlterTable
ALTER TABLE "messages" ALTER COLUMN "device_id" DROP NOT NULL;
