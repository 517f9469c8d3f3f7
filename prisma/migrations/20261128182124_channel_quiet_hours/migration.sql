-- AlterTable
ALTER TABLE "alert_channels" ADD COLUMN     "quiet_hours" JSONB;
GRANT UPDATE (language, quiet_hours) ON alert_channels TO hikyaku_app;
