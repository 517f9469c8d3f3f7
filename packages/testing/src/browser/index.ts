export * from './measure-load.ts';
export * from './measure-tasks.ts';
export * from './open-browser.ts';
