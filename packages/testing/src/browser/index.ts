export * from './measure-load.ts';
export * from './open-browser.ts';
