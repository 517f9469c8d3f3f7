import { join } from 'node:path';

/** Where the processes of a Hikyaku look for points to arm. */
export const faultFolder = (dataDir: string): string => join(dataDir, 'run', 'fault-points');
