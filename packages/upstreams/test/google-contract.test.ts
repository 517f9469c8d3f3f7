import { tokenContract } from './token-contract.ts';
import { transportContract } from './transport-contract.ts';

transportContract('google', { largeBytes: 20_000_000 });
tokenContract('google', {
  scopeFault: {
    status: 403,
    body: { error: { code: 403, errors: [{ reason: 'insufficientPermissions' }], message: 'Insufficient Permission' } },
  },
});
