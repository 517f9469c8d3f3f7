-- AlterTable
ALTER TABLE "tenants" ADD COLUMN     "default_mailbox_id" UUID;
GRANT UPDATE (default_mailbox_id) ON tenants TO hikyaku_app;
