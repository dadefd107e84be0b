import { UserError } from '../../errors.ts';
import type { FitAnswer } from '../../fit/answer.ts';
import { checkAny } from '../../fit/checks/fit.ts';
import type { Misfit, TargetFacts } from '../../fit/facts.ts';
import { gpuNamed } from '../../fit/gpu.ts';
import { factsOfName, mergeImages } from '../../fit/image.ts';
import { LINUX_AMD64 } from '../../oci/platform.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import type { Tools } from '../../tools/tools.ts';
import { readImageFacts } from './read-image.ts';

export interface FitQuestion {
  readonly image: string;
  readonly gpu?: string | undefined;
  readonly driver?: string | undefined;
}

/** Any image against any GPU, or those of this machine: its manifest and its config are read, and no layer. */
export async function fitImage(question: FitQuestion, tools: Tools): Promise<FitAnswer> {
  const targets = await targetsOf(question, tools);
  const reference = parseReference(question.image);
  const { registry, path, tag = '' } = reference;
  const digest = await tools.registry.resolve(reference, LINUX_AMD64);
  if (digest === undefined) {
    throw new UserError(`there is no image "${question.image}"`, {
      code: 'image-missing',
      hint: 'check its name and tag, and whether it is for linux/amd64',
    });
  }
  const read = await readImageFacts({ registry, path, digest }, tools.registry);
  const image = mergeImages(read, factsOfName(path, tag));
  const month = new Date(tools.caller.time() * 1_000).toISOString().slice(0, 7);
  const gpu = { count: { min: 1, max: 1 }, names: [], optional: false };
  const misfits = checkAny({ image, gpu, month }, targets);
  return {
    reference: printReference({ registry, path, digest }, { familiar: true }),
    image,
    targets,
    findings: misfits.map(({ about, ...finding }) => finding),
    fits: verdictOf(misfits),
  };
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
  return [
    {
      name: 'the target',
      driver: driver === undefined ? undefined : { value: driver, source: '--driver' },
      gpus: gpu === undefined ? undefined : { value: [gpuNamed(gpu)], source: '--gpu' },
    },
  ];
}

function verdictOf(misfits: readonly Misfit[]): boolean | undefined {
  if (misfits.some(({ level }) => level === 'error')) return false;
  return misfits.some(({ code, level }) => code === 'fit-unknown' || level === 'warning') ? undefined : true;
}
