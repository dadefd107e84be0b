// Lets Node run our TypeScript: `node --import ./scripts/typescript.mjs file.ts`. Node 20 cannot drop types by itself, so
// there they are dropped by the compiler that the tests have anyway.
import { register } from 'node:module';
import { ensurePackages } from './install.mjs';

if (!process.features.typescript) {
  ensurePackages();
  process.setSourceMapsEnabled(true);
  register('./typescript-hooks.mjs', import.meta.url);
}
