import * as z from 'zod';
import type { EngineApi } from '../../../io/engine/api.ts';
import { EngineError } from '../../../io/engine/error.ts';

/** The builder of this program, by buildx's own naming: one node, whose container and volume follow from its name. */
export const BUILDER = 'jobimg';
const CONTAINER = `buildx_buildkit_${BUILDER}0`;
const VOLUME = `${CONTAINER}_state`;

/** Variables in the container that tell what it was made with. */
export const MARK = { image: 'JOBIMG_BUILDKIT', settings: 'JOBIMG_SETTINGS' } as const;

/** The container of a builder as the engine has it. */
export interface BuilderContainer {
  readonly id: string;
  readonly state: string;
  /** undefined when somebody else made it. */
  readonly made: { readonly image: string; readonly settings: string } | undefined;
  /** Whether a client is connected, as each build is: buildx talks through a process in the container. */
  readonly busy: boolean;
  readonly imageId: string;
}

/** What is read of `GET /containers/{id}/json`: https://docs.docker.com/reference/api/engine/version/v1.47/ */
const Inspected = z.looseObject({
  Id: z.string(),
  Image: z.string(),
  State: z.looseObject({ Status: z.string() }),
  Config: z.looseObject({ Env: z.array(z.string()).nullish() }),
  ExecIDs: z.array(z.string()).nullish(),
});

/** undefined when there is none. */
export async function findContainer(engine: EngineApi): Promise<BuilderContainer | undefined> {
  const answer = await unlessMissing(engine.json({ method: 'GET', path: `/containers/${CONTAINER}/json` }));
  return answer === undefined ? undefined : readContainer(answer);
}

export function readContainer(inspected: unknown): BuilderContainer {
  const { Id, Image, State, Config, ExecIDs } = Inspected.parse(inspected);
  const env = new Map((Config.Env ?? []).map((entry) => splitOnce(entry)));
  const [image, settings] = [env.get(MARK.image), env.get(MARK.settings)];
  return {
    id: Id,
    state: State.Status,
    made: image === undefined || settings === undefined ? undefined : { image, settings },
    busy: (ExecIDs ?? []).length > 0,
    imageId: Image,
  };
}

/** The digest of an image as a registry has it; undefined for one that was not pulled. */
export async function pulledDigest(imageId: string, engine: EngineApi): Promise<string | undefined> {
  const answer = await unlessMissing(engine.json({ method: 'GET', path: `/images/${imageId}/json` }));
  const { RepoDigests } = z.looseObject({ RepoDigests: z.array(z.string()).nullish() }).parse(answer ?? {});
  // The same image may have come from several registries; its digest is the same in all of them.
  return RepoDigests?.[0]?.split('@')[1];
}

export async function hasCache(engine: EngineApi): Promise<boolean> {
  return (await unlessMissing(engine.json({ method: 'GET', path: `/volumes/${VOLUME}` }))) !== undefined;
}

/** Its cache is in a volume, which stays. */
export async function removeContainer(id: string, engine: EngineApi): Promise<void> {
  await unlessMissing(engine.json({ method: 'DELETE', path: `/containers/${id}`, query: { force: true } }));
}

export async function removeCache(engine: EngineApi): Promise<void> {
  await unlessMissing(engine.json({ method: 'DELETE', path: `/volumes/${VOLUME}` }));
}

async function unlessMissing(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return undefined;
    throw error;
  }
}

function splitOnce(entry: string): readonly [string, string] {
  const at = entry.indexOf('=');
  return [entry.slice(0, at), entry.slice(at + 1)];
}
