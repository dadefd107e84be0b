import { BUILDKIT_IMAGE } from '../../data/buildkit.ts';
import { isAbort, UserError } from '../../errors.ts';
import type { FitAnswer } from '../../fit/answer.ts';
import { checkAny } from '../../fit/checks/fit.ts';
import type { Misfit, TargetFacts } from '../../fit/facts.ts';
import { gpuNamed, modelOf } from '../../fit/gpu.ts';
import { factsOfName, mergeImages } from '../../fit/image.ts';
import { factsOfMeasured } from '../../fit/measured/facts.ts';
import type { Measured } from '../../fit/measured/measured.ts';
import { OURS, type Tables } from '../../fit/tables.ts';
import { nearest } from '../../jobspec/values/suggest.ts';
import { isDigest } from '../../oci/digest.ts';
import { LINUX_AMD64, printPlatform } from '../../oci/platform.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import { ANNOTATION, type Image, type Platform } from '../../oci/types.ts';
import type { Registry } from '../../tools/registry.ts';
import type { Tools } from '../../tools/tools.ts';
import { findMeasured } from '../measure/find-measured.ts';
import { measureImage } from '../measure/measure-image.ts';
import { readImageFacts } from './read-image.ts';
import { readTables } from './tables.ts';

export interface FitQuestion {
  readonly image: string;
  readonly gpu?: string | undefined;
  readonly driver?: string | undefined;
  /** Whether its files are read where nothing beside it says what they have. */
  readonly measure?: boolean | undefined;
  /** A file of rows above ours. */
  readonly data?: string | undefined;
}

/** Any image against any GPU, or those of this machine: its manifest and its config are read, and no layer. */
export async function fitImage(question: FitQuestion, tools: Tools): Promise<FitAnswer> {
  const tables = await readTables(question.data, tools);
  const targets = await targetsOf(question, tools);
  const reference = parseReference(question.image);
  const { registry, path, tag = '' } = reference;
  const platform = platformFor(targets);
  const digest = await tools.registry.resolve(reference, platform);
  if (digest === undefined) {
    throw new UserError(`there is no image "${question.image}"`, {
      code: 'image-missing',
      hint: `check its name and tag, and whether it is for ${printPlatform(platform)}`,
    });
  }
  const named = { registry, path, digest };
  const [read, measured] = await Promise.all([
    readImageFacts(named, tools.registry),
    measuredOf(named, platform, question, tools),
  ]);
  const inside = measured === undefined ? {} : factsOfMeasured(measured);
  const image = mergeImages(inside, read, factsOfName(path, tag), { cudaFrom: { kind: 'image' } });
  const month = new Date(tools.caller.time() * 1_000).toISOString().slice(0, 7);
  const gpu = { count: { min: 1, max: 1 }, names: [], optional: false };
  const found = checkAny({ image, gpu, month, tables }, targets);
  const misfits = [
    ...unknownGpu(question.gpu, tables),
    ...found.map((misfit) => askedHere(misfit, question)),
  ];
  return {
    reference: printReference({ registry, path, digest }, { familiar: true }),
    image,
    targets,
    findings: misfits.map(({ about, ...finding }) => finding),
    fits: verdictOf(misfits),
  };
}

/** What is kept beside it or beside its environment; else, where that is asked for, what a builder finds in it. */
async function measuredOf(
  image: Image,
  platform: Platform,
  { measure }: FitQuestion,
  tools: Tools,
): Promise<Measured | undefined> {
  const { registry } = tools;
  const digest = (await registry.find(image))?.annotations.get(ANNOTATION.environment);
  const environment = isDigest(digest) ? { ...image, digest } : image;
  const found = await foundBeside(environment, registry);
  if (found !== undefined || measure !== true) return found;
  return await measureImage({ image, platform, buildkit: parseReference(BUILDKIT_IMAGE) }, tools);
}

/** Who may read an image need not be able to list what is beside it. */
async function foundBeside(image: Image, registry: Registry): Promise<Measured | undefined> {
  try {
    return await findMeasured(image, registry);
  } catch (error) {
    if (!(error instanceof UserError) || isAbort(error)) throw error;
    return undefined;
  }
}

/** Of an image for several platforms, the one that the places have. */
function platformFor(targets: readonly TargetFacts[]): Platform {
  const isArm64 = targets.every(({ architecture }) => architecture?.value === 'arm64');
  return isArm64 ? { os: 'linux', architecture: 'arm64' } : LINUX_AMD64;
}

async function targetsOf({ gpu, driver }: FitQuestion, tools: Tools): Promise<readonly TargetFacts[]> {
  if (driver !== undefined && !/^\d{3}(?:\.\d+){0,2}$/.test(driver)) {
    throw new UserError(`"${driver}" is not the version of a driver`, {
      kind: 'usage',
      hint: 'write 535, or 570.124.06, as nvidia-smi shows it',
    });
  }
  if (gpu === undefined && driver === undefined) {
    const targets = await tools.targets({ name: 'docker', options: {} });
    return targets.length === 0 ? [{ name: 'this machine' }] : targets;
  }
  const cpu = gpu === undefined ? undefined : modelOf(gpu)?.cpu;
  return [
    {
      name: 'the target',
      architecture: cpu && { value: cpu, source: '--gpu' },
      driver: driver === undefined ? undefined : { value: driver, source: '--driver' },
      gpus: gpu === undefined ? undefined : { value: [gpuNamed(gpu)], source: '--gpu' },
    },
  ];
}

/** What is not in the tables fits nothing for certain. */
function unknownGpu(name: string | undefined, tables: Tables | undefined): readonly Misfit[] {
  const models = (tables ?? OURS).gpus;
  if (name === undefined || modelOf(name, models) !== undefined) return [];
  const near = nearest(
    name,
    models.map((model) => model.name),
  );
  const known = 'write it as nvidia-smi shows it, such as "A100 80GB", "RTX 4090" or "GH200"';
  return [
    {
      level: 'warning',
      code: 'fit-unknown',
      about: 'gpu',
      message: `no table knows the GPU "${name}": the code of the image is not compared with it`,
      hint: near === undefined ? `${known}, or give a row about it with --data` : `did you mean "${near}"?`,
    },
  ];
}

/** There is no spec to write into. */
function askedHere(misfit: Misfit, { gpu, driver }: FitQuestion): Misfit {
  if (misfit.code !== 'fit-unknown' || misfit.about !== 'gpu' || misfit.hint === undefined) return misfit;
  const missing = [gpu === undefined ? '--gpu' : undefined, driver === undefined ? '--driver' : undefined];
  return { ...misfit, hint: `say it with ${missing.filter(Boolean).join(' and ')}` };
}

function verdictOf(misfits: readonly Misfit[]): boolean | undefined {
  if (misfits.some(({ level }) => level === 'error')) return false;
  return misfits.some(({ code, level }) => code === 'fit-unknown' || level === 'warning') ? undefined : true;
}
