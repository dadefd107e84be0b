// `stop-with-owners.ts NAME`, started by `watchOwners`.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../../scripts/engine/lock.mjs';
import { clearUp } from '../parts/clear-up.ts';
import { placeOf } from '../parts/place.ts';
import { isOwned } from './owners.ts';

const POLL_MS = 500;

const place = placeOf(process.argv[2] ?? '');
let isOver = false;
while (!isOver) {
  await sleep(POLL_MS);
  if (existsSync(place.run) && isOwned(place)) continue;
  isOver = await withLock(`kubernetes-${place.name}`, async () => {
    // Somebody may have asked for it before the lock was had.
    if (existsSync(place.run) && isOwned(place)) return false;
    await clearUp(place);
    return true;
  });
}
