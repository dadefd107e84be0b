import { isAbsolute } from 'node:path';
import type { Findings } from '../findings.ts';
import { type ReadingRules, STRICT } from './reading.ts';

/** What a caller asks for, whether it came as the action's inputs or as command line options. */
export interface Inputs {
  /** Paths of the files of the spec in the repository, a later one above those before; none: looked for. */
  readonly spec: readonly string[];
  readonly reading: ReadingRules;
  /** Names of jobs; undefined: the only one, or an error that lists them. */
  readonly job?: JobChoice | undefined;
  /** The repository's folder, absolute. */
  readonly folder: string;
  readonly registry: RegistryChoice;
  /** The raw YAML of `registry-auth`; parsed, and its values masked, by the credential store. */
  readonly registryAuth?: string | undefined;
  readonly githubToken?: string | undefined;
  /** Where the story ends. */
  readonly until: 'plan' | 'image' | 'run';
  /** Plan, lint and preflight; nothing is built. */
  readonly check: boolean;
  /** Whether it is worked out what merging costs, which looks up what is there. */
  readonly cost: boolean;
  /** Whether that is said in a comment on the pull request. */
  readonly comment: boolean;
  readonly push: Tristate;
  readonly dispatch: Tristate;
  /** Values as they were written; the spec decides their types. */
  readonly params: ReadonlyMap<string, string>;
  readonly overrides: ReadonlyMap<string, string>;
  /** Path of a file whose keys are defaults below the spec's own. */
  readonly defaults?: string | undefined;
  /** Path of a file with rows about GPUs and drivers that stand above ours. */
  readonly data?: string | undefined;
  /** Moving tags, written after the content tag. */
  readonly tags: readonly string[];
  /** Ignore the existing tag and the build cache. */
  readonly rebuild: boolean;
  /** The buildx builder; undefined: buildx's own choice, or one that is created when that one cannot push. */
  readonly builder?: string | undefined;
  /** Whether a builder that was made stays on the machine. */
  readonly keepBuilder: boolean;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  readonly detach: boolean;
  /** Whether the job summary is written. */
  readonly summary: boolean;
  /** Whether the files of each run are kept beyond the step, as an artifact of the workflow. */
  readonly artifact: boolean;
  /** What is pushed about the images, beside them: what is inside, how they were built, and how each run ended. */
  readonly sbom: boolean;
  readonly provenance: boolean;
  readonly record: boolean;
  /** Whether what comes out is attested: of `verify`, in the registry, that it was the same; of a run, its outputs, signed. */
  readonly attest: boolean;
  /** One JSON object on stdout and nothing else there. */
  readonly json: boolean;
  /** Nothing is asked of any registry or engine. */
  readonly offline: boolean;
  /** Run on this machine whatever the spec says. */
  readonly here: boolean;
  /** The code is a stranger's: it is planned, and nothing is done with anybody's rights. */
  readonly untrusted: boolean;
  /** The repository that `verify` builds into; undefined: beside what it compares with. */
  readonly into?: string | undefined;
  /** The image that `verify` compares with, by digest; undefined: what the registry holds under the tag of this commit. */
  readonly published?: string | undefined;
}

export type Tristate = 'auto' | 'yes' | 'no';

export type JobChoice = { readonly kind: 'all' } | { readonly kind: 'named'; readonly name: string };

export type RegistryChoice =
  /** GitHub's registry when the token may write packages, else the local engine. */
  | { readonly kind: 'auto' }
  /** The local engine. */
  | { readonly kind: 'none' }
  /** Registry and repository to push to, as written. */
  | { readonly kind: 'repository'; readonly text: string };

/** What is asked when nothing is said; an entry spreads it and replaces what it knows. */
export const INPUT_DEFAULTS: Omit<Inputs, 'folder'> = {
  spec: [],
  reading: STRICT,
  registry: { kind: 'auto' },
  until: 'run',
  check: false,
  cost: false,
  comment: false,
  push: 'auto',
  dispatch: 'auto',
  params: new Map(),
  overrides: new Map(),
  tags: [],
  rebuild: false,
  keepBuilder: true,
  cacheFrom: [],
  cacheTo: [],
  detach: false,
  summary: true,
  artifact: false,
  sbom: false,
  provenance: false,
  record: false,
  attest: false,
  json: false,
  offline: false,
  here: false,
  untrusted: false,
};

/** The builder that whoever operates a machine has chosen for it. */
export function builderOfMachine(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return env['JOBIMG_BUILDER'] || undefined;
}

/**
 * The file of defaults that whoever operates a machine has chosen for it. A relative path would lead into whatever is
 * checked out.
 */
export function defaultsOfMachine(
  env: Readonly<Record<string, string | undefined>>,
  findings: Findings,
): string | undefined {
  const path = env['JOBIMG_DEFAULTS'] || undefined;
  if (path === undefined || isAbsolute(path)) return path;
  findings.error('input', `JOBIMG_DEFAULTS is ${JSON.stringify(path)}, which is no absolute path`, {
    hint: 'let the operator of the machine write it as in JOBIMG_DEFAULTS=/etc/jobimg/defaults.yml',
  });
  return undefined;
}
