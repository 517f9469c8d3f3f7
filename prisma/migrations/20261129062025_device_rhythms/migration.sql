-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "rhythm_day" DATE,
ADD COLUMN     "rhythm_gaps" INTEGER[] DEFAULT ARRAY[]::INTEGER[],
ADD COLUMN     "rhythm_seen_at" TIMESTAMPTZ(3),
ADD COLUMN     "usual_gap_minutes" INTEGER;

GRANT UPDATE (rhythm_seen_at, rhythm_day, rhythm_gaps, usual_gap_minutes) ON devices TO hikyaku_system;
