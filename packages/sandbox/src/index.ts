export { SANDBOX_CLIENTS } from '@hikyaku/core';
export { SANDBOX_SECRET_PREFIXES } from './accounts/tokens.ts';
export { FAULT_PRESETS, type FaultPreset } from './knobs/fault-presets.ts';
export { openSandbox, type Sandbox } from './sandbox.ts';
