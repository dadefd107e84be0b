// Whether npm compares every package of package-lock.json with a hash: who serves the packages can then change none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * Packages that npm would install without looking at their bytes. The project itself and links to its own folders are
 * not fetched: https://docs.npmjs.com/cli/configuring-npm/package-lock-json#packages
 */
export function unverified({ packages }) {
  return Object.entries(packages)
    .filter(([path, { link, integrity }]) => path !== '' && link !== true && !isHash(integrity))
    .map(([path]) => path);
}

/** SHA-1 can be forged: https://w3c.github.io/webappsec-subresource-integrity/#hash-functions */
function isHash(integrity) {
  return /^sha(?:256|384|512)-/.test(integrity ?? '');
}

function main() {
  const found = unverified(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
  for (const path of found) console.error(`package-lock.json: "${path}" has no integrity: install it again`);
  if (found.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
