import { attach } from './index.js';

await attach();
