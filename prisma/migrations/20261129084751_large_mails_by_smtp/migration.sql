-- AlterTable
ALTER TABLE "oauth_states" ADD COLUMN     "wants_large" BOOLEAN NOT NULL DEFAULT false;
