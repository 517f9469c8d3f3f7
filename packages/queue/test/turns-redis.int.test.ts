import { ownRedis } from './own-store.ts';
import { turnContract } from './turn-contract.ts';

turnContract('Redis', ownRedis);
