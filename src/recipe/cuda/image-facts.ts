import { TORCH_FAMILY } from '../../data/torch.ts';
import { PYPI_TORCH } from '../../data/wheels.ts';
import { cudaPackages } from '../../fit/checks/lock-fix.ts';
import { factsOfExtras } from '../../fit/extras.ts';
import type { ImageFacts } from '../../fit/facts.ts';
import { cpuTorch, factsOfName, mergeImages, pypiTorch, torchFacts } from '../../fit/image.ts';
import { minorOf } from '../../fit/version.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage, ReferencedImage } from '../../jobspec/job/job.ts';
import type { Reference } from '../../oci/types.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';
import type { Wheels } from '../step.ts';
import type { Cuda } from './cuda.ts';
import { lockedCuda } from './lock.ts';
import { asksOf, type TorchRequirement } from './torch-asks.ts';

interface ImageFactsOptions {
  readonly image: BuiltImage;
  readonly tree: Tree;
  readonly dependencies: ChosenDependencies;
  readonly cuda: Cuda;
}

/** What the packages of an image need of a GPU and its driver, as far as files of the repository say it. */
export function factsOfPackages(options: ImageFactsOptions): ImageFacts {
  const isArm64 = options.image.platforms.every(({ architecture }) => architecture === 'arm64');
  const locks = lockedCuda(options).map((lock) => lockedFacts(lock, isArm64));
  const asks = asksOf(options).map((ask) => askedFacts(ask, options.cuda.wheels.get(ask.title), isArm64));
  const all = [...locks, ...asks].map((facts) => (isArm64 ? withoutTables(facts) : facts));
  const platforms = { value: options.image.platforms, source: 'the spec' };
  return mergeImages(...all.filter(({ cuda }) => cuda !== undefined), ...all, { platforms });
}

/** What builds for x86-64 are compiled for says nothing of those for arm64, but for one without any code for GPUs. */
function withoutTables(facts: ImageFacts): ImageFacts {
  return facts.cuda === undefined ? facts : { ...facts, architectures: undefined };
}

type Lock = ReturnType<typeof lockedCuda>[number];

function lockedFacts({ path, text, versions }: Lock, isArm64: boolean): ImageFacts {
  const [cuda, ...others] = versions;
  // Of a lock for several systems it depends on the system.
  if (cuda === undefined || others.length > 0) return {};
  const [, torch, build] = LOCKED_TORCH.exec(text) ?? [];
  if (isArm64 && torch !== undefined && build === undefined && hasNoArm64(torch))
    return cpuTorch(torch, path);
  const cudaFrom = { kind: 'lock', path, packages: cudaPackages(text) } as const;
  const facts = torch === undefined ? { cuda: { value: cuda, source: path } } : torchFacts(torch, cuda, path);
  return { ...facts, cudaFrom };
}

const LOCKED_TORCH =
  /(?:^|\n)(?:name = "torch"\nversion = "|torch==)(\d{1,3}\.\d{1,3}\.\d{1,3})(?:\+([A-Za-z0-9.]{1,20}))?/;

/** Whether PyPI's wheels of it for arm64 are builds for CPUs. */
function hasNoArm64(torch: string): boolean {
  return PYPI_TORCH.find((row) => row.torch === minorOf(torch))?.cpuOnArm64 === true;
}

function askedFacts(
  { names, requirements, title, version, build, isDirect, indexes }: TorchRequirement,
  wheels: Wheels | undefined,
  isArm64: boolean,
): ImageFacts {
  if (!names.some((name) => TORCH_FAMILY.has(name))) return factsOfExtras(requirements, title);
  if (isDirect) return {};
  if (build === 'cpu') return cpuTorch(version, title);
  const cuda = cudaOfFolder(build ?? wheels?.folder ?? '');
  if (cuda !== undefined) return torchFacts(version, cuda, title);
  // Another index may have another build.
  const isPypi = build === undefined && wheels === undefined && indexes.length === 0;
  return isPypi && names.includes('torch') ? pypiTorch(version, title, { isArm64 }) : {};
}

/** `cu126` is 12.6. */
function cudaOfFolder(folder: string): string | undefined {
  const [, major, minor] = /^cu(\d{2})(\d)$/.exec(folder) ?? [];
  return major === undefined ? undefined : `${major}.${minor}`;
}

/** Of a base below packages; what they bring themselves goes before it. */
export function factsOfBase({ path, tag = '' }: Reference): ImageFacts {
  return factsOfName(path, tag);
}

/** Of a Dockerfile, the images that it begins with, as far as they agree. */
export function factsOfBases(references: readonly Reference[], image: BuiltImage): ImageFacts {
  const all = references.map(factsOfBase).filter(({ cuda }) => cuda !== undefined);
  const agree = new Set(all.map(({ cuda }) => cuda?.value)).size === 1;
  return mergeImages(...(agree ? all : []), {
    cudaFrom: { kind: 'image' },
    platforms: { value: image.platforms, source: 'the spec' },
  });
}

export function factsOfGiven({ reference }: ReferencedImage): ImageFacts {
  return { ...factsOfBase(reference), cudaFrom: { kind: 'image' } };
}
