import { TORCH_FAMILY } from '../../data/torch.ts';
import { cudaPackages } from '../../fit/checks/lock-fix.ts';
import { factsOfExtras } from '../../fit/extras.ts';
import type { ImageFacts } from '../../fit/facts.ts';
import { factsOfName, mergeImages, pypiTorch, torchFacts } from '../../fit/image.ts';
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
  const locks = lockedCuda(options).map(({ path, text, versions }) => lockedFacts(path, text, versions));
  const isArm64 = options.image.platforms.every(({ architecture }) => architecture === 'arm64');
  const asks = asksOf(options).map((ask) => askedFacts(ask, options.cuda.wheels.get(ask.title), isArm64));
  const all = [...locks, ...asks];
  const platforms = { value: options.image.platforms, source: 'the spec' };
  return mergeImages(...all.filter(({ cuda }) => cuda !== undefined), ...all, { platforms });
}

function lockedFacts(path: string, text: string, versions: readonly string[]): ImageFacts {
  const [cuda, ...others] = versions;
  // Of a lock for several systems it depends on the system.
  if (cuda === undefined || others.length > 0) return {};
  const torch = /(?:^|\n)(?:name = "torch"\nversion = "|torch==)(\d{1,3}\.\d{1,3}\.\d{1,3})/.exec(text)?.[1];
  const cudaFrom = { kind: 'lock', path, packages: cudaPackages(text) } as const;
  const facts = torch === undefined ? { cuda: { value: cuda, source: path } } : torchFacts(torch, cuda, path);
  return { ...facts, cudaFrom };
}

function askedFacts(
  { names, requirements, title, version, build, isDirect, indexes }: TorchRequirement,
  wheels: Wheels | undefined,
  isArm64: boolean,
): ImageFacts {
  if (!names.some((name) => TORCH_FAMILY.has(name))) return factsOfExtras(requirements, title);
  if (isDirect) return {};
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
