-- CreateTable
CREATE TABLE "attempt_counts" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "ends_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "attempt_counts_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "auth_sign_ups" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT NOT NULL,
    "token_hash" TEXT NOT NULL,
    "has_mail" BOOLEAN NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "auth_sign_ups_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "attempt_counts_ends_at_idx" ON "attempt_counts"("ends_at");

-- CreateIndex
CREATE UNIQUE INDEX "auth_sign_ups_token_hash_key" ON "auth_sign_ups"("token_hash");

-- CreateIndex
CREATE INDEX "auth_sign_ups_email_idx" ON "auth_sign_ups"("email");

-- CreateIndex
CREATE INDEX "auth_sign_ups_expires_at_idx" ON "auth_sign_ups"("expires_at");

GRANT SELECT, INSERT, UPDATE, DELETE ON attempt_counts, auth_sign_ups TO hikyaku_system;
