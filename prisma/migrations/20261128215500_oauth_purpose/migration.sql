-- CreateEnum
CREATE TYPE "oauth_purpose" AS ENUM ('sign_in', 'approve', 'proof');

-- AlterTable
ALTER TABLE "oauth_states" ADD COLUMN     "purpose" "oauth_purpose" NOT NULL DEFAULT 'sign_in';
