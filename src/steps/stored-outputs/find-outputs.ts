import { hasOnlyCode, UserError } from '../../errors.ts';
import { ARTIFACT_TYPE, EVIDENCE_ANNOTATION } from '../../evidence/types.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import type { Descriptor, Image, Manifest, Repository } from '../../oci/types.ts';
import { namedRuns } from '../../run/records/choose.ts';
import type { KeptRecord } from '../../run/records/kept-run.ts';
import type { Tools } from '../../tools/tools.ts';
import { outputsInRecord } from './record-text.ts';
import { imagesIn } from './tagged-images.ts';

type Reads = Pick<Tools, 'registry'>;

export interface Where {
  /** What this machine has records of. */
  readonly kept: readonly KeptRecord[];
  /** Where a run that is unknown here is looked for; undefined: nowhere. */
  readonly repository: Repository | undefined;
}

/** The artifact with the outputs that a word names: a run, or the digest of an artifact, a record or an image. */
export async function findOutputs(word: string, where: Where, tools: Reads): Promise<Image> {
  if (word.includes('@')) return await findByDigest(word, tools);
  if (where.repository !== undefined) return await findInRegistry(word, where.repository, tools);
  const [run] = namedRuns(where.kept, [word]);
  const named = run?.record?.ended?.['outputs-artifact'];
  if (named !== undefined) return imageNamed(named);
  throw new UserError(`the run "${run?.run}" has pushed no outputs`, {
    kind: 'usage',
    code: 'no-outputs',
    hint:
      run?.folder === undefined
        ? 'write "outputs: { paths: [outputs/], to: registry }" in the spec'
        : `what is kept of it is in ${run.folder}`,
  });
}

function imageNamed(text: string): Image {
  const { registry, path, digest } = parseReference(text);
  if (digest !== undefined) return { registry, path, digest };
  throw new UserError(`"${text}" has no digest`, {
    kind: 'usage',
    hint: 'write <repository>@sha256:<digest>, or the id of a run',
  });
}

async function findByDigest(word: string, tools: Reads): Promise<Image> {
  const image = imageNamed(word);
  const manifest = await manifestOf(image, tools);
  if (manifest?.artifactType === ARTIFACT_TYPE.outputs) return image;
  if (manifest?.artifactType === ARTIFACT_TYPE.record) return await namedByRecord(image, manifest, tools);
  return onlyOne(image, await outputsOf(image, tools));
}

/** undefined: it is an index, and so the image of a job for several platforms. */
async function manifestOf(image: Image, { registry }: Reads): Promise<Manifest | undefined> {
  try {
    return await registry.manifest(image);
  } catch (error) {
    if (!hasOnlyCode(error, 'index-given')) throw error;
    return undefined;
  }
}

async function namedByRecord(record: Image, { layers }: Manifest, { registry }: Reads): Promise<Image> {
  const [blob] = layers;
  const named = blob === undefined ? undefined : await outputsInRecord(record, blob, registry);
  if (named !== undefined) return named;
  throw new UserError(`the run of the record "${printReference(record)}" has pushed no outputs`, {
    code: 'no-outputs',
  });
}

async function outputsOf(image: Image, { registry }: Reads): Promise<readonly Descriptor[]> {
  return (await registry.referrers(image)).filter(
    ({ artifactType }) => artifactType === ARTIFACT_TYPE.outputs,
  );
}

function onlyOne(image: Image, found: readonly Descriptor[]): Image {
  const [first, ...others] = found;
  const name = printReference(image);
  if (first === undefined) {
    throw new UserError(`no run of the image "${name}" has pushed outputs`, {
      code: 'no-outputs',
      hint: 'write "outputs: { paths: [outputs/], to: registry }" in the spec',
    });
  }
  const { registry, path } = image;
  if (others.length === 0) return { registry, path, digest: first.digest };
  const runs = found.map(
    (one) => `${runOf(one) ?? 'a run'}: ${printReference({ registry, path, digest: one.digest })}`,
  );
  throw new UserError(`${found.length} runs of the image "${name}" have pushed outputs`, {
    kind: 'usage',
    code: 'several-outputs',
    hint: `name one of them by its digest; ${runs.slice(0, MOST_NAMED).join(', ')}`,
  });
}

const MOST_NAMED = 20;

/** Some registries list artifacts without their annotations. */
function runOf({ annotations }: Pick<Descriptor, 'annotations'>): string | undefined {
  return annotations?.[EVIDENCE_ANNOTATION.run];
}

/** Beside each image that has a tag: a registry lists nothing else. */
async function findInRegistry(id: string, repository: Repository, tools: Reads): Promise<Image> {
  const begun = new Map<string, Image>();
  for await (const { run, outputs } of outputsIn(repository, tools)) {
    if (run === id) return outputs;
    if (run.startsWith(id)) begun.set(run, outputs);
  }
  const [only, ...others] = begun.values();
  if (only !== undefined && others.length === 0) return only;
  const name = printReference(repository);
  throw new UserError(
    only === undefined
      ? `no run "${id}" has pushed outputs to ${name}, beside an image that has a tag`
      : `"${id}" is the beginning of several runs: ${[...begun.keys()].slice(0, MOST_NAMED).join(', ')}`,
    { kind: 'usage', code: 'no-outputs', hint: 'jobimg runs lists the runs of this machine, with their ids' },
  );
}

async function* outputsIn(
  repository: Repository,
  tools: Reads,
): AsyncGenerator<{ readonly run: string; readonly outputs: Image }> {
  for await (const image of imagesIn(repository, tools)) {
    for (const one of await outputsOf(image, tools)) {
      const outputs = { ...repository, digest: one.digest };
      const run = runOf(one) ?? runOf(await tools.registry.manifest(outputs));
      if (run !== undefined) yield { run, outputs };
    }
  }
}
