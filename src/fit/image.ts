import { TENSORFLOW_BUILDS } from '../data/wheels.ts';
import type { Architectures, Fact, ImageFacts } from './facts.ts';
import { OURS, type Tables } from './tables.ts';
import { isAtLeast, minorOf } from './version.ts';

/** Variables of an image that are read here; others may be anybody's. */
const READ = /^(?:NVIDIA_|CUDA_VERSION$|NV_CUDA_|_CUDA_COMPAT_PATH$|LD_LIBRARY_PATH$)/;

/** What the environment of an image says, `NAME=value` each. */
export function factsOfEnvironment(variables: readonly string[], source: string): ImageFacts {
  const env = new Map(
    variables
      .map((text) => [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)] as const)
      .filter(([name]) => READ.test(name)),
  );
  const cuda = /^\d{1,3}\.\d{1,3}/.exec(env.get('CUDA_VERSION') ?? '')?.[0];
  const compat = cuda !== undefined && (isMadeByNvidia(env) || isOfNgc(env)) ? cuda : null;
  return {
    env: { value: env, source },
    cuda: cuda === undefined ? undefined : { value: cuda, source: `CUDA_VERSION of ${source}` },
    ...(cuda === undefined ? {} : { compat: { value: compat, source } }),
  };
}

/** NVIDIA's own images contain `cuda-compat` of their CUDA; whoever builds on them has it, too. */
function isMadeByNvidia(env: ReadonlyMap<string, string>): boolean {
  return (
    env.has('NV_CUDA_COMPAT_PACKAGE') || (env.has('NV_CUDA_CUDART_VERSION') && env.has('NVIDIA_REQUIRE_CUDA'))
  );
}

/** Images of NGC have it as well, and a script that uses it where it helps. */
export function isOfNgc(env: ReadonlyMap<string, string>): boolean {
  return env.has('_CUDA_COMPAT_PATH');
}

type NameReader = (tag: string, source: string) => ImageFacts;

const WELL_KNOWN: readonly (readonly [path: RegExp, read: NameReader])[] = [
  [/(?:^|\/)nvidia\/cuda$/, nvidiaName],
  [/(?:^|\/)pytorch\/pytorch$/, pytorchName],
  [/(?:^|\/)tensorflow\/tensorflow$/, tensorflowName],
];

/** What the name of a well-known image says without a request: `nvidia/cuda:12.8.1-…`, `pytorch/pytorch:2.7.1-cuda12.6-…`. */
export function factsOfName(path: string, tag: string): ImageFacts {
  const read = WELL_KNOWN.find(([pattern]) => pattern.test(path))?.[1];
  return read?.(tag, `the name ${path}:${tag}`) ?? {};
}

function nvidiaName(tag: string, source: string): ImageFacts {
  const cuda = /^\d{1,3}\.\d{1,3}/.exec(tag)?.[0];
  return cuda === undefined ? {} : { cuda: { value: cuda, source }, compat: { value: cuda, source } };
}

function pytorchName(tag: string, source: string): ImageFacts {
  const [, torch, cuda] = /^(\d+\.\d+\.\d+)-cuda(\d+\.\d+)/.exec(tag) ?? [];
  return torch === undefined || cuda === undefined ? {} : torchFacts(torch, cuda, source);
}

function tensorflowName(tag: string, source: string): ImageFacts {
  const version = /^(\d+\.\d+)(?:\.\d+)?-gpu/.exec(tag)?.[1];
  const cuda = TENSORFLOW_BUILDS.find(({ tensorflow }) => tensorflow === version)?.cuda;
  if (cuda === undefined) return {};
  return { cuda: { value: cuda, source }, framework: { value: { name: 'tensorflow', version }, source } };
}

/** A torch of which the CUDA is known. */
export function torchFacts(version: string | undefined, cuda: string, source: string): ImageFacts {
  return {
    cuda: { value: cuda, source },
    framework: { value: { name: 'torch', version }, source },
    architectures: torchArchitectures(version, cuda),
  };
}

interface PypiOptions {
  readonly tables?: Tables | undefined;
  readonly isArm64?: boolean | undefined;
}

/** A build that has no code for GPUs. */
export function cpuTorch(version: string | undefined, source: string): ImageFacts {
  return {
    framework: { value: { name: 'torch', version }, source },
    architectures: { value: { cubins: [], ptx: [] }, source },
  };
}

/** A torch that comes from PyPI; without a version it is whichever is the newest on the day of the build. */
export function pypiTorch(
  version: string | undefined,
  source: string,
  { tables = OURS, isArm64 = false }: PypiOptions = {},
): ImageFacts {
  const minor = version === undefined ? undefined : minorOf(version);
  const row =
    minor === undefined ? newestOnPypi(tables) : tables.pypiTorch.find(({ torch }) => torch === minor);
  if (row === undefined) return { framework: { value: { name: 'torch', version, isPypi: true }, source } };
  if (isArm64 && row.cpuOnArm64 === true) return cpuTorch(version, row.source);
  const facts = torchFacts(version, row.cuda, `${source}, in the build that PyPI has of torch ${row.torch}`);
  if (version !== undefined || facts.cuda === undefined) return facts;
  // Python or another package may hold torch back.
  return { ...facts, cuda: { ...facts.cuda, presumed: true }, architectures: undefined };
}

function newestOnPypi({ pypiTorch: rows }: Tables) {
  return rows.reduce((one, other) => (isAtLeast(other.torch, one.torch) === true ? other : one));
}

/** What the builds of torch for a CUDA are compiled for; undefined: no table says. */
export function torchArchitectures(
  version: string | undefined,
  cuda: string,
  tables = OURS,
): Fact<Architectures> | undefined {
  if (version === undefined) return undefined;
  const minor = minorOf(version);
  const row = tables.torchArchitectures.find(
    ({ cuda: of, from = minor, to = minor }) =>
      of === cuda && isAtLeast(minor, from) === true && isAtLeast(to, minor) === true,
  );
  if (row === undefined) return undefined;
  const { cubins, ptx, source } = row;
  return { value: { cubins, ptx }, source };
}

/** The first of several that know something wins, for each fact alone. */
export function mergeImages(...all: readonly ImageFacts[]): ImageFacts {
  const pick = <K extends keyof ImageFacts>(name: K): ImageFacts[K] =>
    all.find((facts) => facts[name] !== undefined)?.[name];
  return {
    cuda: pick('cuda'),
    cudaFrom: pick('cudaFrom'),
    framework: pick('framework'),
    architectures: pick('architectures'),
    others: pick('others'),
    env: pick('env'),
    compat: pick('compat'),
    compatDrivers: pick('compatDrivers'),
    platforms: pick('platforms'),
    size: pick('size'),
  };
}
