import { guard } from './index.js';

await guard();
