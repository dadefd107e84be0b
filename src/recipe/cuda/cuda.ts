import { CUDA_IMAGES } from '../../data/cuda-images.ts';
import { BRING_CUDA, NEED_CUDA, NEED_TORCH, TORCH_FAMILY } from '../../data/torch.ts';
import type { Location } from '../../errors.ts';
import type { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage, Job } from '../../jobspec/job/job.ts';
import { parseReference, printReference } from '../../oci/reference.ts';
import type { Reference } from '../../oci/types.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';
import { asksForGpu } from '../gpu.ts';
import type { Notes } from '../notes.ts';
import type { PythonChoice } from '../packages/python.ts';
import type { Wheels } from '../step.ts';
import { lockedCuda, reportLocked } from './lock.ts';
import { asksOf, type TorchRequirement } from './torch-asks.ts';
import { checkTorch, torchBound } from './torch-check.ts';

/** Which CUDA an image gets, and from where. */
export interface Cuda {
  /** Of the steps that install torch, by the path of their file, or `packages`. */
  readonly wheels: ReadonlyMap<string, Wheels>;
  /** NVIDIA's image, in place of Python's own. */
  readonly base?: Reference | undefined;
}

export interface ChooseCudaOptions {
  readonly job: Job;
  readonly image: BuiltImage;
  readonly tree: Tree;
  readonly dependencies: ChosenDependencies;
  readonly python: PythonChoice;
  /** Who names a CUDA: the spec, or what speaks against the usual one. */
  readonly why: string;
}

const NOTHING: Cuda = { wheels: new Map() };

export function chooseCuda(options: ChooseCudaOptions, notes: Notes): Cuda {
  const { cuda } = options.image;
  if (cuda === 'none' || (cuda === 'auto' && !asksForGpu(options.job))) return cpuWheels(options, notes);
  if (cuda === 'auto') return NOTHING;
  const minor = /^(\d{1,2}\.\d{1,2})(?:\.\d{1,2})?$/.exec(cuda)?.[1];
  if (minor !== undefined) return versionOf(minor, options, notes);
  notes.findings.error('cuda-version', `"${cuda}" is not a version of CUDA`, {
    hint: `write one such as ${[...CUDA_IMAGES.keys()].slice(-4).join(', ')}, auto, or none`,
    at: options.job.origins.get('image.cuda'),
  });
  return NOTHING;
}

/** Gigabytes of CUDA are of no use without a GPU. */
function cpuWheels(options: ChooseCudaOptions, notes: Notes): Cuda {
  const { job, image } = options;
  const asks = asksOf(options);
  const location = job.origins.get('image.cuda') ?? job.origins.get('image');
  const wanted = { folder: 'cpu', location };
  for (const lock of lockedCuda(options)) reportLocked(lock, wanted, notes.findings);
  const naming = asks.filter((ask) => ask.names.some((name) => TORCH_FAMILY.has(name)));
  if (naming.length === 0) return NOTHING;

  const need = asks.flatMap(({ names }) => names).find((name) => NEED_CUDA.has(name));
  const why = image.cuda === 'none' ? 'the spec' : 'no GPU is asked for';
  const left = need ?? (image.cuda === 'auto' && image.index !== undefined ? 'image.index' : undefined);
  const choice = left === undefined ? 'none' : 'as it comes';
  const reason = left === undefined ? `${why}: torch comes in its build for CPUs` : `${left} decides`;
  notes.reasons.push({ subject: 'cuda', choice, why: reason, origin: job.origins.get('image.cuda') });
  return left === undefined ? { wheels: wheelsOf(naming, () => ({ folder: 'cpu' })) } : NOTHING;
}

/** What says an index itself, or a build, keeps it. */
function wheelsOf(
  asks: readonly TorchRequirement[],
  choose: (ask: TorchRequirement) => Wheels,
): Cuda['wheels'] {
  return new Map(
    asks
      .filter(({ indexes, isDirect }) => indexes.length === 0 && !isDirect)
      .map((ask) => [ask.title, ask.build === undefined ? choose(ask) : { folder: ask.build }]),
  );
}

function versionOf(version: string, options: ChooseCudaOptions, notes: Notes): Cuda {
  const { job } = options;
  const location = job.origins.get('image.cuda');
  const folder = `cu${version.replace('.', '')}`;
  const asks = asksOf(options);
  const naming = asks.filter(({ names }) =>
    names.some((name) => TORCH_FAMILY.has(name) || NEED_TORCH.has(name) || NEED_CUDA.has(name)),
  );
  if (naming.length > 0) {
    for (const ask of naming)
      checkTorch({ ask, version, folder, python: options.python, location }, notes.findings);
    const why = `${options.why}: torch comes from the index "${folder}"`;
    notes.reasons.push({ subject: 'cuda', choice: version, why, origin: location });
    return { wheels: wheelsOf(naming, (ask) => ({ folder, bound: torchBound(ask, version), version })) };
  }

  const locked = lockedCuda(options);
  for (const lock of locked) reportLocked(lock, { folder, version, location }, notes.findings);
  const condas = options.dependencies.files.flatMap(({ conda }) => conda?.packages.kind ?? []);
  if (condas.includes('open')) return forConda(version, location, notes);
  const conda = condas.includes('lock') ? 'conda' : undefined;
  const fixed = asks.flatMap(({ names }) => names).find((name) => BRING_CUDA.has(name)) ?? conda;
  if (fixed !== undefined) warnOfFixedCuda(fixed, version, location, notes.findings);
  return fixed !== undefined || locked.length > 0 ? NOTHING : nvidiaBase(version, options, notes);
}

/** Their solve is held to it: see conda/step.ts. */
function forConda(choice: string, origin: Location | undefined, notes: Notes): Cuda {
  notes.reasons.push({ subject: 'cuda', choice, why: 'the spec: conda packages are chosen for it', origin });
  return NOTHING;
}

function warnOfFixedCuda(
  name: string,
  version: string,
  location: Location | undefined,
  findings: Findings,
): void {
  findings.warning(
    'cuda-unused',
    `"cuda: ${version}" has no effect: the packages of ${name} fix their CUDA themselves`,
    {
      hint:
        name === 'conda'
          ? `add "cuda-version=${version}" to its packages, and lock again`
          : `choose the version of ${name} that is made for it`,
      at: location,
    },
  );
}

function nvidiaBase(version: string, { job, image }: ChooseCudaOptions, notes: Notes): Cuda {
  const location = job.origins.get('image.cuda');
  if (image.base !== undefined || image.dockerfile !== undefined) {
    notes.findings.warning(
      'cuda-unused',
      `"cuda: ${version}" has no effect: no package names torch, and the base is yours`,
      { hint: 'remove it, or take a base of that CUDA', at: location },
    );
    return NOTHING;
  }
  const parts = CUDA_IMAGES.get(version) ?? newerImage(version, image.cuda, notes.findings, location);
  if (parts === undefined) return NOTHING;
  const kind = image.devel === 'runtime' ? 'devel' : 'runtime';
  const base = parseReference(`nvidia/cuda:${parts[0]}-${kind}-${parts[1]}`);
  notes.reasons.push({
    subject: 'base',
    choice: printReference(base, { familiar: true }),
    why: `CUDA ${version}, and no package brings it`,
    origin: location,
  });
  return { wheels: new Map(), base };
}

/** What is newer than the table is taken by its name; what is not in it otherwise was never published. */
function newerImage(
  version: string,
  written: string,
  findings: Findings,
  location: Location | undefined,
): readonly [string, string] | undefined {
  const known = [...CUDA_IMAGES.keys()];
  const message = `there is no image of CUDA ${version} with cuDNN in the table`;
  if (!isNewer(version, known.at(-1) ?? '')) {
    const hint = `known: ${known.join(', ')}; or name one yourself: image: { base: … }`;
    findings.error('cuda-version', message, { hint, at: location });
    return undefined;
  }
  const patch = written === version ? `${version}.0` : written;
  const hint = `"${patch}-cudnn" on ubuntu24.04 is tried; when it does not exist, write the whole version, or image: { base: … }`;
  findings.warning('cuda-unknown', message, { hint, at: location });
  return [`${patch}-cudnn`, 'ubuntu24.04'];
}

function isNewer(version: string, than: string): boolean {
  const [a = 0, b = 0] = version.split('.').map(Number);
  const [c = 0, d = 0] = than.split('.').map(Number);
  return a > c || (a === c && b > d);
}
