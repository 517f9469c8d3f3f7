-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "family" TEXT;
