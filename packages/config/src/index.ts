export * from './child-environment.ts';
export * from './doors.ts';
export * from './networks.ts';
export * from './settings.ts';
export * from './test-environment.ts';
export * from './this-machine.ts';
export * from './wanted-certificates.ts';
