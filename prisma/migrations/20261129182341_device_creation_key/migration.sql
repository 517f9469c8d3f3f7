-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "creation_key" UUID;

-- CreateIndex
CREATE UNIQUE INDEX "devices_tenant_id_creation_key_key" ON "devices"("tenant_id", "creation_key");
