// `stop-with-owners.ts NAME`, started by `watchOwners`.
import { setTimeout as sleep } from 'node:timers/promises';
import { withLock } from '../../engine/machine/lock.ts';
import { clearUp } from '../parts/clear-up.ts';
import { placeOf } from '../parts/place.ts';
import { isOwned } from './owners.ts';

const POLL_MS = 500;

const place = placeOf(process.argv[2] ?? '');
for (;;) {
  await sleep(POLL_MS);
  if (isOwned(place)) continue;
  await withLock(`kubernetes-${place.name}`, async () => {
    // Somebody may have asked for it before the lock was had.
    if (isOwned(place)) return;
    await clearUp(place);
    // With the lock: whoever gets it next shall not take this process for one that still watches.
    process.exit();
  });
}
