import { lock } from './index.js';

await lock();
