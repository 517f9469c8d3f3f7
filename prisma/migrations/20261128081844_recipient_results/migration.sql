-- AlterTable
ALTER TABLE "parts" ADD COLUMN     "results" JSONB;

GRANT UPDATE (results) ON parts TO hikyaku_system;
