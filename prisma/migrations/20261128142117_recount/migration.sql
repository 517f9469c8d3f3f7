-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "recount_due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP;

-- CreateIndex
CREATE INDEX "tenants_recount_due_at_idx" ON "tenants"("recount_due_at");
