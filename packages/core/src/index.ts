export * from './clock.ts';
export * from './door.ts';
export * from './errors.ts';
export * from './fault-point.ts';
export * from './ids.ts';
export * from './message-state.ts';
export * from './policy.ts';
export * from './transport.ts';
