-- AlterTable
ALTER TABLE "auth_accounts" ADD COLUMN     "label" TEXT,
ADD COLUMN     "last_used_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "auth_sign_ups" ADD COLUMN     "account_id" TEXT,
ADD COLUMN     "provider_id" TEXT;

-- CreateIndex
CREATE UNIQUE INDEX "auth_accounts_provider_id_account_id_key" ON "auth_accounts"("provider_id", "account_id");
