export { type ConnectionOptions, connectionConfig, type DatabaseRole } from './connection.ts';
export { type Database, type DatabaseOptions, openDatabase, pingDatabase } from './database.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export { type InstanceKeyPurpose, type InstanceKeyRow, type KeyStore, keyStore } from './key-store.ts';
export { listen } from './listen.ts';
export { migrate, PRISMA_FOLDER } from './migrate.ts';
export { openTenantDb, type TenantDb, type TenantTx } from './tenant-db.ts';
