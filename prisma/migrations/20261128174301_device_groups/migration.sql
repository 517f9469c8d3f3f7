-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "group_id" UUID;

-- CreateTable
CREATE TABLE "device_groups" (
    "id" UUID NOT NULL,
    "tenant_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "device_groups_pkey" PRIMARY KEY ("id")
);

-- A name is there once: a fleet's file names groups by it.
CREATE UNIQUE INDEX device_groups_name ON device_groups (tenant_id, lower(name));

ALTER TABLE device_groups ENABLE ROW LEVEL SECURITY;
ALTER TABLE device_groups FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON device_groups TO hikyaku_app
  USING (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid))
  WITH CHECK (tenant_id = (SELECT nullif(current_setting('app.tenant_id', true), '')::uuid));
CREATE POLICY every_tenant ON device_groups TO hikyaku_system, hikyaku_owner USING (true) WITH CHECK (true);
-- A group is a name and nothing that happened: it may go for good.
GRANT SELECT, INSERT, UPDATE (name), DELETE ON device_groups TO hikyaku_app;
GRANT SELECT ON device_groups TO hikyaku_system;
