-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "smaller_pictures" BOOLEAN NOT NULL DEFAULT false;
