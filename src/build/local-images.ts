import * as z from 'zod';
import type { EngineApi } from '../io/engine/api.ts';
import { EngineError } from '../io/engine/error.ts';
import type { LocalImage } from '../run/records/prune.ts';
import { ENGINE_REPOSITORY } from '../tools/engine.ts';

const NAME = `${ENGINE_REPOSITORY.registry}/${ENGINE_REPOSITORY.path}`;

/** https://docs.docker.com/reference/api/engine/version/v1.47/#tag/Image/operation/ImageList */
const Listed = z.array(
  z.looseObject({ Id: z.string(), RepoTags: z.array(z.string()).nullish(), Size: z.number() }),
);
const Inspected = z.looseObject({
  Metadata: z.looseObject({ LastTagTime: z.string().optional() }).nullish(),
  RootFS: z.looseObject({ Layers: z.array(z.string()).nullish() }).optional(),
});
const Containers = z.array(z.looseObject({ ImageID: z.string() }));

/** The images that this program has put into the engine. */
export async function listLocalImages(engine: EngineApi): Promise<readonly LocalImage[]> {
  const filters = JSON.stringify({ reference: [NAME] });
  const listed = Listed.parse(await engine.json({ method: 'GET', path: '/images/json', query: { filters } }));
  const images: LocalImage[] = [];
  for (const { Id, RepoTags, Size } of listed) {
    const inspected = Inspected.parse(await engine.json({ method: 'GET', path: `/images/${Id}/json` }));
    images.push({
      id: Id,
      tags: (RepoTags ?? []).flatMap((name) =>
        name.startsWith(`${NAME}:`) ? [name.slice(NAME.length + 1)] : [],
      ),
      made: madeAt(inspected),
      size: Size,
      layers: inspected.RootFS?.Layers ?? [],
    });
  }
  return images;
}

/** Images of ours are created at a fixed time; an engine that does not tell when one was tagged has it fresh. */
function madeAt({ Metadata }: z.infer<typeof Inspected>): number {
  const time = Date.parse(Metadata?.LastTagTime ?? '');
  return time > 0 ? time : Number.POSITIVE_INFINITY;
}

/** The images of all containers, whoever made them. */
export async function imagesOfContainers(engine: EngineApi): Promise<ReadonlySet<string>> {
  const listed = await engine.json({ method: 'GET', path: '/containers/json', query: { all: true } });
  return new Set(Containers.parse(listed).map(({ ImageID }) => ImageID));
}

/** By its tags, and without force: what somebody else has tagged or started meanwhile stays. */
export async function removeLocalImage({ tags }: LocalImage, engine: EngineApi): Promise<boolean> {
  for (const tag of tags) {
    try {
      await engine.json({ method: 'DELETE', path: `/images/${NAME}:${tag}` });
    } catch (error) {
      if (!(error instanceof EngineError) || error.status === undefined) throw error;
      if (error.status !== 404) return false;
    }
  }
  return true;
}
