import { PTX_VERSIONS } from '../../data/ptx-versions.ts';
import type { Architectures, CompiledPackage, Fact, Framework, ImageFacts } from '../facts.ts';
import { compareVersions, minorOf } from '../version.ts';
import type { Measured } from './measured.ts';

const SOURCE = 'measured in the image';

/** Frameworks, each with the packages that have its code; the first that an image has is its own. */
const FRAMEWORKS: readonly (readonly [name: string, code: RegExp])[] = [
  ['torch', /^torch$/],
  ['tensorflow', /^tensorflow(?:-cpu|-gpu)?$/],
  ['jaxlib', /^(?:jaxlib|jax-cuda\d+-(?:plugin|pjrt))$/],
];

/** What was found in the files of an image, as facts; what was not found is not known. */
export function factsOfMeasured(measured: Measured): ImageFacts {
  const [name, ofFramework] = FRAMEWORKS.find(([one]) => versionOf(one, measured) !== undefined) ?? [];
  const own = measured.code.filter((one) => ofFramework?.test(one.package) === true);
  const others = measured.code.filter((one) => !own.includes(one));
  const cuda = cudaOf(measured);
  return {
    cuda: known(cuda),
    framework: known(frameworkOf(name, measured)),
    architectures: known(architecturesOf(own, name !== undefined && measured.complete)),
    others: others.length === 0 ? undefined : known(others.map(compiledPackage)),
    compat: known(compatOf(measured)),
    compatDrivers: known(measured.compat[0]?.drivers),
  };
}

function known<T>(value: T | undefined): Fact<T> | undefined {
  return value === undefined ? undefined : { value, source: SOURCE };
}

function versionOf(name: string, { packages }: Measured): string | undefined {
  return packages.find((one) => one.name === name)?.version;
}

/** jax is known by the package that has its code. */
function frameworkOf(name: string | undefined, measured: Measured): Framework | undefined {
  if (name === undefined) return undefined;
  const version = versionOf(name, measured)?.replace(/\+.*$/, '');
  return { name: name === 'jaxlib' ? 'jax' : name, version };
}

/** What the framework says, else the packages of CUDA that stand beside it. */
function cudaOf(measured: Measured): string | undefined {
  const { torch, tensorflow } = measured.cuda;
  const said = torch ?? tensorflow;
  if (said !== undefined) return said;
  const runtime = measured.packages.find(({ name }) => /^(?:nvidia-cuda-runtime|cuda-toolkit)/.test(name));
  if (runtime !== undefined) return minorOf(runtime.version);
  const major = measured.packages.flatMap(({ name }) => /^jax-cuda(\d+)-plugin$/.exec(name)?.[1] ?? [])[0];
  return major === undefined ? undefined : `${major}.0`;
}

/** None at all where everything was read and nothing was found: the framework is a build for CPUs. */
function architecturesOf(code: Measured['code'], isCertain: boolean): Architectures | undefined {
  if (code.length === 0) return isCertain ? { cubins: [], ptx: [] } : undefined;
  const cubins = [...new Set(code.flatMap((one) => one.cubins))].sort(byCapability);
  const ptx = [...new Set(code.flatMap((one) => one.ptx.map(({ capability }) => capability)))].sort(
    byCapability,
  );
  const versions = code.flatMap((one) => one.ptx.map(({ version }) => version));
  return { cubins, ptx, ...(versions.length === 0 ? {} : { ptxCuda: cudaOfPtx(versions) }) };
}

/** The CUDA whose driver translates all of it; `unknown`: none that the table has. */
function cudaOfPtx(versions: readonly string[]): string {
  const rows = versions.map((version) => PTX_VERSIONS.find(({ ptx }) => ptx === version)?.cuda);
  const all = rows.filter((cuda) => cuda !== undefined);
  if (all.length < rows.length) return 'unknown';
  return all.reduce((one, other) => ((compareVersions(other, one) ?? 0) > 0 ? other : one));
}

function compiledPackage(code: Measured['code'][number]): CompiledPackage {
  const architectures = architecturesOf([code], true) ?? { cubins: [], ptx: [] };
  return { name: code.package, version: code.version ?? undefined, architectures };
}

/** Whatever reading has not come to may be there. */
function compatOf({ compat, complete }: Measured): string | null | undefined {
  const [first] = compat;
  return first?.cuda ?? (complete ? null : undefined);
}

function byCapability(one: string, other: string): number {
  return compareVersions(one, other) || (one < other ? -1 : Number(one > other));
}
