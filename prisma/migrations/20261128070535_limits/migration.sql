-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "limits" JSONB;

-- CreateTable
CREATE TABLE "tenant_uses" (
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "tenant_uses_pkey" PRIMARY KEY ("tenant_id","name")
);

ALTER TABLE tenant_uses ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant_uses FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON tenant_uses TO hikyaku_app
  USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY every_tenant ON tenant_uses TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE ON tenant_uses TO hikyaku_app;
