import type { JobFields } from '../fields/job.ts';
import type { MountPoint } from '../job/data.ts';
import type { Job } from '../job/job.ts';
import { locationOf, type MapNode } from '../yaml/node.ts';

/** undefined: the job has none. */
export function mountsOf(written: JobFields['mounts'], root: MapNode): Job['mounts'] {
  if (written === undefined || written.length === 0) return undefined;
  return written.map(
    ({ from, to, 'read-only': readOnly }, index): MountPoint => ({
      from,
      to,
      readOnly,
      location: locationOf(root, ['mounts', index]),
    }),
  );
}
