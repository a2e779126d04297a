export { type Sandbox, type SandboxOptions, startSandbox } from './startSandbox.ts';
