import { ownPostgres } from './own-store.ts';
import { turnContract } from './turn-contract.ts';

turnContract('Postgres', ownPostgres);
