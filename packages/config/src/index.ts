export * from './child-environment.ts';
export * from './settings.ts';
