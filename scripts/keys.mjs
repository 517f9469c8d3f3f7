// `npm run keys -- new`: a master key. `npm run keys -- edge`: what an edge on its own gets instead of HIKYAKU_MASTER_KEY.
import { randomBytes } from 'node:crypto';
import { readSettings } from '@hikyaku/config';
import { edgeKeysOf, parseMasterKeys } from '@hikyaku/vault';

const verb = process.argv[2];
try {
  if (verb === 'new') console.log(randomBytes(32).toString('base64'));
  else if (verb === 'edge') {
    const { MASTER_KEY } = readSettings();
    if (!MASTER_KEY?.length) throw new Error('set HIKYAKU_MASTER_KEY');
    console.log(edgeKeysOf(parseMasterKeys(MASTER_KEY)).join(','));
  } else throw new Error('usage: npm run keys -- new | edge');
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
