// `npm run keys -- VERB`, while Hikyaku runs or not:
//   new     prints a master key
//   edge    prints what an edge on its own gets instead of the master key
//   check   says whether the master key fits the data
//   rotate  seals the instance's keys under a new master key
//   drop    takes the old master keys away, once nothing needs them
import { readSettings } from '@hikyaku/config';
import { runKeysCommand } from '../apps/supervisor/src/keys/command.ts';

try {
  console.log(await runKeysCommand(process.argv[2], readSettings()));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
