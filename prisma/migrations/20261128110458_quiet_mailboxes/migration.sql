-- AlterTable
ALTER TABLE "mailboxes" ADD COLUMN     "refresh_due_at" TIMESTAMPTZ(3);

-- Permissions die of disuse (90 days at Microsoft, half a year at Google): those that are here already are renewed within the next week, not all at once.
UPDATE mailboxes SET refresh_due_at = now() + random() * interval '7 days' WHERE provider IN ('microsoft', 'google') AND deleted_at IS NULL;
CREATE INDEX mailboxes_refresh_due ON mailboxes (refresh_due_at) WHERE refresh_due_at IS NOT NULL;
GRANT UPDATE (refresh_due_at) ON mailboxes TO hikyaku_system;
