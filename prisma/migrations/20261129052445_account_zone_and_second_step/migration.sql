-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "time_zone" TEXT;

-- AlterTable
ALTER TABLE "auth_users" ADD COLUMN     "two_factor_enabled" BOOLEAN DEFAULT false;

-- CreateTable
CREATE TABLE "auth_two_factors" (
    "id" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "backup_codes" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "verified" BOOLEAN DEFAULT true,
    "failed_verification_count" INTEGER DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),

    CONSTRAINT "auth_two_factors_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "auth_two_factors_user_id_key" ON "auth_two_factors"("user_id");

GRANT UPDATE (time_zone) ON tenants TO hikyaku_app;
-- Sign-in's alone, like the rest of auth_*: no tenant's role reads a secret.
GRANT SELECT, INSERT, UPDATE, DELETE ON auth_two_factors TO hikyaku_system;
