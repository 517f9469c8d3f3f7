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

/** A command as a check: one passed or one failed. Its output is shown at its end, since checks run side by side. */
export function check(command, args) {
  return new Promise((resolve) => {
    const output = [];
    const end = (isRight) => {
      process.stdout.write(Buffer.concat(output));
      resolve(isRight ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
    };
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
    child.on('error', (error) => {
      output.push(Buffer.from(`${command}: ${error.message}\n`));
      end(false);
    });
    child.on('close', (code) => end(code === 0));
  });
}
