/** What `dist/packer.js` is, from the sources. */
import '../../scripts/typescript.mjs';

const { packingThread } = await import('../../src/source/packing-thread.ts');
packingThread();
