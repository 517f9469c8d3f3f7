-- AlterTable
ALTER TABLE "devices" ADD COLUMN     "refused_at" TIMESTAMPTZ(3),
ADD COLUMN     "refused_code" TEXT,
ADD COLUMN     "refused_count" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "refused_since" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "smtp_sessions" ADD COLUMN     "steps" JSONB NOT NULL DEFAULT '[]',
ALTER COLUMN "diagnosis" DROP NOT NULL,
ALTER COLUMN "severity" DROP NOT NULL;

-- CreateIndex
CREATE INDEX "watches_address_idx" ON "watches"("address");

GRANT UPDATE (refused_since, refused_at, refused_count, refused_code) ON devices TO hikyaku_system;

-- Since when the tenant of the transaction waits for a device at this address; null when it does not, or when another tenant does so too: then
-- neither sees sessions from there that name nobody. SECURITY DEFINER: app may not see others' watches.
CREATE FUNCTION pairing_since(at_address text) RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT min(since) FROM watches WHERE address = at_address AND until > now()
  HAVING count(DISTINCT tenant_id) = 1 AND (array_agg(tenant_id))[1] = nullif(current_setting('app.tenant_id', true), '')::uuid
$$;
REVOKE ALL ON FUNCTION pairing_since(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION pairing_since(text) TO hikyaku_app;

