export * from './health.ts';
export * from './heap-growth.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './shutdown.ts';
