// `npm start`: installs and builds what is needed, then hands over to the supervisor. Runs on the system's Node (20 or newer) without any package.
import { spawn } from 'node:child_process';
import { onLostParent } from './lost-parent.mjs';
import { nodeBinary, prepare } from './prepare.mjs';

const root = new URL('..', import.meta.url).pathname;

try {
  console.log('\nHikyaku\n');
  await prepare({ build: true });
} catch (error) {
  console.error(`\nHikyaku did not start: ${error.message}`);
  process.exit(1);
}

const supervisor = spawn(nodeBinary(), ['--disable-warning=ExperimentalWarning', 'apps/supervisor/dist/main.mjs'], {
  cwd: root,
  // The channel tells it when this process is killed: it stops everything then.
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
// Ctrl-C reaches the supervisor by itself (same terminal); other signals are passed on. This process stays until it has drained.
process.on('SIGINT', () => {});
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => supervisor.kill(signal));
onLostParent(() => supervisor.kill('SIGTERM'));
supervisor.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
