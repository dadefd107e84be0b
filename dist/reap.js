import { reap } from './index.js';

await reap();
