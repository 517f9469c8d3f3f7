import { jobContract } from './job-contract.ts';
import { ownPostgres } from './own-store.ts';

jobContract('Postgres', ownPostgres);
