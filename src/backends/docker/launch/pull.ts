import type { Readable } from 'node:stream';
import { messageOf } from '../../../errors.ts';
import { EngineError } from '../../../io/engine/error.ts';
import { errnoOf } from '../../../io/errno.ts';
import { printReference } from '../../../oci/reference.ts';
import type { Reference } from '../../../oci/types.ts';
import type { LaunchFailure } from '../../../run/reason.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import { ImageFacts, Progress } from '../engine/answers.ts';
import { type Docker, find } from '../engine/docker.ts';
import { launchFailure, reasonIn } from '../engine/launch-failure.ts';
import { imageName } from './container.ts';

export type PulledImage =
  | { readonly kind: 'there'; readonly facts: ImageFacts }
  | { readonly kind: 'failed'; readonly failure: LaunchFailure };

const TRIES = 3;
const PROGRESS_EVERY = 5_000;
const PASSING =
  /broke off|timeout|timed out|EOF|connection reset|connection refused|temporary failure|TLS handshake|\b50[0234] [A-Z]/i;

/** The image in the engine; pulled first when it is not there, so that the time it takes is not the job's. */
export async function ensureImage(run: RunPlan, docker: Docker): Promise<PulledImage> {
  const name = imageName(run);
  const known = await inspect(name, docker);
  if (known !== undefined) return { kind: 'there', facts: known };
  if ('engineId' in run.image)
    return failed(
      `the engine has no image "${name}" any more`,
      'run it again: the image is then built again',
    );

  const failure = await pull(run.image, docker);
  if (failure !== undefined) return { kind: 'failed', failure };
  const pulled = await inspect(name, docker);
  return pulled === undefined
    ? failed(`"${name}" was pulled, but the engine does not know it`)
    : { kind: 'there', facts: pulled };
}

function inspect(name: string, docker: Docker): Promise<ImageFacts | undefined> {
  return find(docker, { method: 'GET', path: `/images/${name}/json` }, ImageFacts);
}

async function pull(image: Reference, docker: Docker): Promise<LaunchFailure | undefined> {
  const auth = await docker.pullAuth(image);
  for (let attempt = 1; ; attempt++) {
    const message = await pullOnce(image, auth, docker);
    if (message === undefined) return undefined;
    if (!PASSING.test(message) || attempt === TRIES) return pullFailure(image, auth !== undefined, message);
    docker.progress(`pulling failed, trying again: ${message}`);
    await docker.clock.sleep(2_000 * attempt);
  }
}

function pullFailure(image: Reference, loggedIn: boolean, message: string): LaunchFailure {
  const failure = launchFailure(message);
  const how = loggedIn ? 'with the credentials given' : 'without credentials';
  const detail = `${printReference(image)} cannot be pulled ${how}: ${failure.detail}`;
  // A full disk or another architecture is the machine's matter; anything unknown is the image's.
  const isMachine = failure.reason === 'node-error' && failure.hint !== undefined;
  return { ...failure, detail, reason: isMachine ? 'node-error' : 'image-pull' };
}

/** undefined: it is there now; else what the engine or the registry said. */
async function pullOnce(
  image: Reference,
  auth: string | undefined,
  docker: Docker,
): Promise<string | undefined> {
  docker.progress(`pulling ${printReference(image)}`);
  try {
    const { body } = await docker.engine.call({
      method: 'POST',
      path: '/images/create',
      query: { fromImage: `${image.registry}/${image.path}`, tag: image.digest ?? image.tag ?? 'latest' },
      headers: auth === undefined ? {} : { 'x-registry-auth': padded(auth) },
      timeout: 0,
    });
    return await readPull(body, docker);
  } catch (error) {
    if (error instanceof EngineError && error.status !== undefined) return reasonIn(error.message);
    if (errnoOf(error) !== undefined) return `the engine broke off: ${messageOf(error)}`;
    throw error;
  }
}

/** An engine drops credentials whose base64 has no padding, and goes on without a word. */
function padded(auth: string): string {
  return auth.padEnd(Math.ceil(auth.length / 4) * 4, '=');
}

async function readPull(body: Readable, { clock, progress }: Docker): Promise<string | undefined> {
  const layers = new Map<string, { readonly current: number; readonly total: number }>();
  let saidAt = clock.now();
  let failure: string | undefined;
  for await (const line of linesOf(body)) {
    const { error, id, progressDetail, status } = Progress.parse(JSON.parse(line));
    failure = error ?? failure;
    const { current = 0, total = 0 } = progressDetail ?? {};
    if (id !== undefined && status === 'Downloading' && total > 0) layers.set(id, { current, total });
    if (clock.now() - saidAt < PROGRESS_EVERY || layers.size === 0) continue;
    saidAt = clock.now();
    progress(`pulling: ${megabytes(layers, 'current')} of ${megabytes(layers, 'total')} MB`);
  }
  return failure;
}

function megabytes(
  layers: ReadonlyMap<string, { readonly current: number; readonly total: number }>,
  of: 'current' | 'total',
): string {
  return ([...layers.values()].reduce((sum, layer) => sum + layer[of], 0) / 1e6).toFixed(0);
}

async function* linesOf(body: Readable): AsyncGenerator<string> {
  body.setEncoding('utf8');
  let held = '';
  for await (const text of body as AsyncIterable<string>) {
    const lines = (held + text).split('\n');
    held = lines.pop() ?? '';
    yield* lines.filter((line) => line.trim() !== '');
  }
  if (held.trim() !== '') yield held;
}

function failed(detail: string, hint?: string): PulledImage {
  return { kind: 'failed', failure: { reason: 'image-pull', detail, hint } };
}
