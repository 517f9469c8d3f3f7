-- AlterTable
ALTER TABLE "messages" ADD COLUMN     "rerouted_from" UUID;

GRANT UPDATE (rerouted_from) ON messages TO hikyaku_system;
GRANT SELECT (rerouted_from) ON messages TO hikyaku_app;
-- Tenants that have devices with another way: asked for each mailbox that holds mail.
CREATE INDEX devices_fallback ON devices (tenant_id) WHERE fallback_mailbox_id IS NOT NULL;
