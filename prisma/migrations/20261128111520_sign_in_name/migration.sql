-- AlterTable
ALTER TABLE "mailboxes" ADD COLUMN     "sign_in_name" TEXT;
