import { spawn } from 'node:child_process';

export const root = new URL('../..', import.meta.url).pathname;

/** Runs a command with its output shown; resolves to its exit code (1 for a signal or a command that is not there). */
export function show(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    child.on('error', (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(1);
    });
    child.on('close', (code) => resolve(code ?? 1));
  });
}

/** A command as a check: one passed or one failed. */
export async function check(command, args, env) {
  return (await show(command, args, env)) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}
