export { type ConnectionOptions, connectionConfig, type DatabaseRole } from './connection.ts';
export { type Database, type DatabaseOptions, openDatabase, pingDatabase } from './database.ts';
export { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts';
export { migrate, PRISMA_FOLDER } from './migrate.ts';
