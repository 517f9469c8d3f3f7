-- CreateTable
CREATE TABLE "auth_passkeys" (
    "id" TEXT NOT NULL,
    "name" TEXT,
    "public_key" TEXT NOT NULL,
    "user_id" TEXT NOT NULL,
    "credential_id" TEXT NOT NULL,
    "counter" DOUBLE PRECISION NOT NULL,
    "device_type" TEXT NOT NULL,
    "backed_up" BOOLEAN NOT NULL,
    "transports" TEXT,
    "aaguid" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_used_at" TIMESTAMPTZ(3),

    CONSTRAINT "auth_passkeys_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "auth_passkeys_credential_id_key" ON "auth_passkeys"("credential_id");

-- CreateIndex
CREATE INDEX "auth_passkeys_user_id_idx" ON "auth_passkeys"("user_id");

-- Sign-in's alone, like the rest of auth_*.
GRANT SELECT, INSERT, UPDATE, DELETE ON auth_passkeys TO hikyaku_system;
