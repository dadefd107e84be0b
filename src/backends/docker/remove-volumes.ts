import * as z from 'zod';
import type { KeptFolder } from '../../run/types/plan.ts';
import { type Docker, isStatus } from './engine/docker.ts';
import { LABEL, numberIn } from './engine/labels.ts';
import { checkpointVolume } from './launch/volumes.ts';

/** Of the answer to `GET /volumes`. */
const Volumes = z.object({
  Volumes: z
    .array(z.object({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullish() }))
    .nullish(),
});

/** Tries, and milliseconds between them, until the container of a run that has ended is removed. */
const TRIES = 60;
const PAUSE = 500;

export async function releaseCheckpoint(checkpoint: KeptFolder, docker: Docker): Promise<void> {
  const name = checkpointVolume(checkpoint);
  for (let attempt = 1; !(await removeVolume(name, docker)); attempt++) {
    if (attempt === TRIES) {
      docker.progress(`the volume "${name}" is still in use, and is removed when its time is up`);
      return;
    }
    await docker.clock.sleep(PAUSE);
  }
}

/** False when a container uses it; one that is gone is fine. */
async function removeVolume(name: string, { engine }: Docker): Promise<boolean> {
  try {
    await engine.json({ method: 'DELETE', path: `/volumes/${encodeURIComponent(name)}` });
    return true;
  } catch (error) {
    if (isStatus(error, 404)) return true;
    if (isStatus(error, 409)) return false;
    throw error;
  }
}

/** Checkpoints that this machine had made, and that nobody came back for. */
export async function sweepCheckpoints(docker: Docker): Promise<void> {
  const filters = JSON.stringify({ label: [LABEL.checkpoint, `${LABEL.owner}=${docker.owner}`] });
  const { value, date } = await docker.engine.dated({ method: 'GET', path: '/volumes', query: { filters } });
  const over = (Volumes.parse(value).Volumes ?? []).filter(
    ({ Labels }) => (numberIn(Labels, LABEL.until) ?? Number.POSITIVE_INFINITY) * 1_000 < date,
  );
  await Promise.all(over.map(({ Name }) => removeVolume(Name, docker)));
}
