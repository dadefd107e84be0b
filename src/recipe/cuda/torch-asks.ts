import { NEED_CUDA, NEED_TORCH, TORCH_FAMILY } from '../../data/torch.ts';
import { Findings } from '../../findings.ts';
import type { Tree } from '../../jobspec/file/tree.ts';
import type { BuiltImage } from '../../jobspec/job/job.ts';
import type { ChosenDependencies } from '../dependencies/choose.ts';
import { logicalLines, readRequirementsFile } from '../dependencies/kind/requirements-file.ts';
import { normalizedName } from '../packages/project-name.ts';
import { parseSpecifiers, type SpecifierSet } from '../packages/specifier.ts';
import { requirementsText } from '../requirements-text.ts';

/** What a step is asked to install in whatever version and from wherever, as far as it decides the build of torch. */
export interface TorchRequirement {
  /** The path of its file, or `packages`. */
  readonly title: string;
  /** Normalised: https://packaging.python.org/en/latest/specifications/name-normalization/ */
  readonly names: readonly string[];
  /** As they are written. */
  readonly requirements: readonly string[];
  /** Of torch, as far as it is pinned: `2.7.1`, `2.7`. */
  readonly version?: string | undefined;
  /** What else is asked of its version. */
  readonly bounds: SpecifierSet;
  /** The build that a version names, `cu126`. */
  readonly build?: string | undefined;
  /** torch is an address. */
  readonly isDirect: boolean;
  /** Lines that say where packages come from. */
  readonly indexes: readonly string[];
}

interface TorchOptions {
  readonly image: BuiltImage;
  readonly tree: Tree;
  readonly dependencies: ChosenDependencies;
}

const INDEX = /^(?:-i|-f|--index-url|--extra-index-url|--find-links)(?:[=\s]|$)/;

export function asksOf({ image, tree, dependencies }: TorchOptions): readonly TorchRequirement[] {
  const files = dependencies.files.flatMap(({ path, open, files: read }) => {
    if (open === undefined) return [];
    if (open !== 'files') {
      const more = (open.files ?? []).flatMap((file) => logicalLines(requirementsText(tree, file) ?? ''));
      const all = [...open.requirements, ...more.map(({ text }) => text)];
      return [
        askOf(
          path,
          all.filter((line) => !line.startsWith('-')),
          all.filter((line) => INDEX.test(line)),
        ),
      ];
    }
    const lines = read
      .flatMap((file) => logicalLines(requirementsText(tree, file) ?? ''))
      .map(({ text }) => text);
    const { requirements } = readRequirementsFile(path, tree, new Findings());
    return [
      askOf(
        path,
        requirements,
        lines.filter((line) => INDEX.test(line)),
      ),
    ];
  });
  return image.packages.length === 0 ? files : [...files, askOf('packages', image.packages, [])];
}

/** `~=2.4` leaves open which 2 it is; `~=2.4.0` is some 2.4. */
const PINNED =
  /(?:===?\s*|~=\s*(?=\d{1,3}\.\d{1,3}\.\d))(\d{1,3}(?:\.\d{1,3}){1,3})(?:\.\*)?(?:\+([A-Za-z0-9.]{1,20}))?/;

function askOf(title: string, requirements: readonly string[], indexes: readonly string[]): TorchRequirement {
  const here = requirements.filter((requirement) => !isElsewhere(requirement));
  const torches = here.filter((requirement) => nameOf(requirement) === 'torch');
  const pins = torches.map((torch) => PINNED.exec(torch));
  // Which of several lines holds is for their markers to say.
  const isOne = new Set(pins.map((pin) => pin?.slice(1).join('+'))).size === 1;
  const [, version, build] = (isOne ? pins[0] : undefined) ?? [];
  return {
    title,
    names: here.map(nameOf),
    requirements: here,
    version,
    bounds: isOne ? boundsOf(torches[0] ?? '') : [],
    build,
    isDirect: torches.some((torch) => torch.includes('@')),
    indexes,
  };
}

/** Of `torch[extra]>=2.1,<2.5 ; marker`; none, where they cannot be read. */
function boundsOf(torch: string): SpecifierSet {
  const text = /^[^[(<>=!~;]*(?:\[[^\]]*\])?\s*\(?([^;)]*)/.exec(torch)?.[1] ?? '';
  return new Findings().attempt(undefined, () => parseSpecifiers(text.split(/\s--/)[0] ?? '')) ?? [];
}

function nameOf(requirement: string): string {
  const name = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}/.exec(requirement)?.[0] ?? '';
  return normalizedName(name);
}

/** Its marker is for other systems. */
function isElsewhere(requirement: string): boolean {
  return /;.{0,200}(?:==\s{0,5}["'](?:darwin|win32|Darwin|Windows)["']|!=\s{0,5}["'](?:linux|Linux)["'])/.test(
    requirement,
  );
}

/** Whether torch is among the packages, in whatever form they are written. */
export function installsTorch(options: TorchOptions): boolean {
  const names = asksOf(options).flatMap((ask) => ask.names);
  const locks = options.dependencies.files.filter(
    ({ install, open }) => install !== undefined && open === undefined,
  );
  return (
    names.some((name) => TORCH_FAMILY.has(name) || NEED_TORCH.has(name) || NEED_CUDA.has(name)) ||
    locks.some(({ path }) => /(?:^|["\n])torch(?:"|==)/.test(options.tree.text(path) ?? ''))
  );
}
