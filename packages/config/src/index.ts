export * from './child-environment.ts';
export * from './settings.ts';
export { smtpPortsOf } from './smtp-ports.ts';
export * from './test-environment.ts';
export * from './this-machine.ts';
