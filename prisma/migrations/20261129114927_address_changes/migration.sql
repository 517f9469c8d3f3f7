-- CreateTable
CREATE TABLE "auth_address_changes" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "old_email" TEXT NOT NULL,
    "new_email" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "undo_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "undo_until" TIMESTAMPTZ(3) NOT NULL,
    "confirmed_at" TIMESTAMPTZ(3),

    CONSTRAINT "auth_address_changes_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "auth_address_changes_token_hash_key" ON "auth_address_changes"("token_hash");

-- CreateIndex
CREATE UNIQUE INDEX "auth_address_changes_undo_hash_key" ON "auth_address_changes"("undo_hash");

-- CreateIndex
CREATE INDEX "auth_address_changes_user_id_idx" ON "auth_address_changes"("user_id");

-- CreateIndex
CREATE INDEX "auth_address_changes_undo_until_idx" ON "auth_address_changes"("undo_until");

-- Sign-in's alone, like the rest of auth_*.
GRANT SELECT, INSERT, UPDATE, DELETE ON auth_address_changes TO hikyaku_system;
