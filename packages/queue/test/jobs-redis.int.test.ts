import { jobContract } from './job-contract.ts';
import { ownRedis } from './own-store.ts';

jobContract('Redis', ownRedis);
