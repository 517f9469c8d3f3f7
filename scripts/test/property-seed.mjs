// In the process of a test file with properties (fast-check): their values come from one seed, so that a commit fails or passes alike on every machine.
// Fresh seeds are the business of `npm run test:long -- properties`, which names the one that fails.
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.HIKYAKU_PROPERTY_SEED ?? 1) });
