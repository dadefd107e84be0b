import type { Findings } from '../../findings.ts';
import type { BuiltImage } from '../../jobspec/job/job.ts';
import { channelsOf, parseMatchSpec } from '../../jobspec/values/conda.ts';
import type { CondaEnvironment } from '../conda/environment.ts';
import { specifiersOf } from '../conda/python.ts';
import type { Notes } from '../notes.ts';
import { type ChosenDependencies, type ChosenFile, chooseDependencies } from './choose.ts';
import type { DependencyContext, DependencyKind } from './kind/kind.ts';
import { DEPENDENCY_KINDS } from './table.ts';

export interface ChosenConda extends ChosenFile {
  readonly conda: CondaEnvironment;
}

/** What a list in the spec is called where a file would have its path. */
const LISTED = 'conda';

/** The dependency files, with what `image.conda` says of conda packages. */
export function chooseAllDependencies(
  image: BuiltImage,
  context: DependencyContext,
  notes: Notes,
): ChosenDependencies {
  const { conda, requirements } = image;
  if (conda === undefined)
    return checked(chooseDependencies(requirements, context, notes), context, notes.findings);

  const own = conda === 'none' ? undefined : ownEnvironment(conda, context, notes);
  const isWhole = own?.conda.packages.kind === 'lock' && requirements === 'auto';
  const kinds = DEPENDENCY_KINDS.filter((kind) => kind.conda !== true);
  const others = isWhole ? NONE : chooseDependencies(requirements, context, notes, kinds);
  const files = own === undefined ? others.files : [own, ...others.files];
  return checked({ ...others, files, found: others.found || own !== undefined }, context, notes.findings);
}

const NONE: ChosenDependencies = { files: [], needs: [], found: false };

export function condaOf({ files }: ChosenDependencies): ChosenConda | undefined {
  return files.find((file): file is ChosenConda => file.conda !== undefined);
}

/** There is one prefix, so there is one environment. */
function checked(
  chosen: ChosenDependencies,
  { job }: DependencyContext,
  findings: Findings,
): ChosenDependencies {
  const [first, second] = chosen.files.filter(({ conda }) => conda !== undefined);
  if (first === undefined || second === undefined) return chosen;
  findings.error(
    'two-conda-environments',
    `there are two conda environments: "${first.path}" and "${second.path}"`,
    {
      hint: 'an image has one: write the packages of both into one of them',
      at: job.origins.get('image.conda') ?? job.origins.get('image.requirements'),
    },
  );
  return chosen;
}

type CondaField = Exclude<NonNullable<BuiltImage['conda']>, string>;

function ownEnvironment(
  named: CondaField,
  context: DependencyContext,
  notes: Notes,
): ChosenConda | undefined {
  const origin = context.job.origins.get('image.conda');
  const choice = 'file' in named ? named.file : named.specs.join(', ');
  if (choice === '') return undefined;
  notes.reasons.push({ subject: 'conda', choice, why: 'the spec', origin });
  if ('specs' in named) return { path: LISTED, conda: listed(named.specs, context), files: [] };

  const { file: path } = named;
  if (!context.tree.has(path)) {
    const hint =
      'check the path, which is relative to the root of the repository, and that the file is committed';
    notes.findings.error('file-not-found', `the environment "${path}" does not exist`, { hint, at: origin });
    return undefined;
  }
  const file = notes.findings.attempt(origin, () => kindOf(path).read(path, context, notes.findings));
  return file?.conda === undefined ? undefined : { path, ...file, conda: file.conda };
}

/** A file that the spec names for conda is one of conda's, whatever it is called. */
function kindOf(path: string): DependencyKind {
  const kinds = DEPENDENCY_KINDS.filter(({ conda }) => conda === true);
  const kind = kinds.find((one) => one.owns(path)) ?? kinds.find(({ lock }) => !lock);
  if (kind === undefined) throw new Error('there is no kind of conda environment');
  return kind;
}

function listed(written: readonly string[], { job }: DependencyContext): CondaEnvironment {
  const specs = written.map(parseMatchSpec);
  const index = specs.findIndex(({ name }) => name === 'python');
  const python = specs[index];
  const location = job.origins.get(`image.conda.${index}`) ?? { file: job.spec };
  return {
    packages: {
      kind: 'open',
      channels: channelsOf([], specs),
      specs: [...new Set(specs.map(({ text }) => text))].sort(),
    },
    variables: new Map(),
    python: python && { text: python.text, specifiers: specifiersOf(python), location },
  };
}
