// node scripts/image-packages.mjs FOLDER: copies the packages that built programs read from `node_modules`, with all that those need, for an image.
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOT_BUNDLED } from './bundle.mjs';

const installed = join(import.meta.dirname, '../node_modules');

/** With what they depend on; what is optional and not for this machine is not installed. */
function withDependencies(names, found = new Set()) {
  for (const name of names) {
    const manifest = join(installed, name, 'package.json');
    if (found.has(name) || !existsSync(manifest)) continue;
    found.add(name);
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(manifest, 'utf8'));
    withDependencies(Object.keys({ ...dependencies, ...optionalDependencies }), found);
  }
  return found;
}

const folder = process.argv[2];
for (const name of withDependencies(NOT_BUNDLED)) {
  cpSync(join(installed, name), join(folder, name), { recursive: true });
}
