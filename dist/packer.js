import { packer } from './index.js';

await packer();
