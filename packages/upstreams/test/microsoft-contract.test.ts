import { tokenContract } from './token-contract.ts';
import { transportContract } from './transport-contract.ts';

// Graph's limit itself: 4 MiB of base64.
transportContract('microsoft', { largeBytes: 3_145_728 });
tokenContract('microsoft', { scopeFault: { preset: 'ErrorAccessDenied' } });
