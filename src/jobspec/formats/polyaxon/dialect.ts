import { type Location, UserError } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { convertHint } from '../../format/convert-hint.ts';
import { mapAt, textAt } from '../../format/nodes.ts';
import { suggestion } from '../../values/suggest.ts';
import { at, type MapNode } from '../../yaml/node.ts';
import { numberOf } from '../python/py-value.ts';
import { pyValueOf } from '../python/pyyaml-scalars.ts';
import { BuildFile, type FileSchema, LegacyFile, RunFile } from './schema.ts';

const KINDS = ['experiment', 'job', 'build', 'group'] as const;
export type Kind = (typeof KINDS)[number];

/** Up to 0.1.0 the image stood below `run`, since then below `build`. */
export interface Dialect {
  readonly kind: Kind;
  readonly isLegacy: boolean;
  readonly schema: FileSchema;
}

const IN_RUN = ['image', 'build_steps', 'steps', 'env_vars', 'git'];

/** Kinds that are no single run, and what to do instead. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  notebook:
    'a notebook is a service; for a shell in its image write "kind: job", add "cmd: bash" below "run", and use `jobimg shell`',
  tensorboard: 'start TensorBoard on the outputs that come back from a run',
  plugin: 'notebooks and TensorBoard are services; start them on the outputs that come back from a run',
  pipeline: 'write one file per operation, and order them in the workflow',
};

/** Recognises what the file is; throws when it is of another version, for then nothing else of it can be read. */
export function dialectOf(root: MapNode, findings: Findings): Dialect {
  refuseLaterVersion(root);
  checkVersion(root, findings);
  const kind = kindOf(root, findings);
  const run = mapAt(root, 'run');
  const isLegacy = run !== undefined && IN_RUN.some((key) => run.entries.has(key));
  if (kind === 'build') return { kind, isLegacy: false, schema: BuildFile };
  return { kind, isLegacy, schema: isLegacy ? LegacyFile : RunFile };
}

function checkVersion(root: MapNode, findings: Findings): void {
  if (root.entries.has('version')) return;
  findings.error('missing-key', '"version" is missing', { hint: 'write "version: 1"', at: root.location });
}

const LATER_KINDS = ['component', 'operation', 'compiled_operation'];
const LATER_KEYS = ['component', 'operation', 'hubRef', 'pathRef', 'urlRef', 'dagRef', 'runPatch'];

function refuseLaterVersion(root: MapNode): void {
  const version = root.entries.get('version')?.value;
  const number = version === undefined ? 1 : Number(numberOf(pyValueOf(version)) ?? Number.NaN);
  const later = laterKeyOf(root);
  if (number > 1 || later !== undefined) {
    throw new UserError('this polyaxonfile is of a later version (1.1), and version 1 is read here', {
      code: 'later-version',
      hint: convertHint(root.location.file),
      location: number > 1 ? version?.location : later,
    });
  }
  if (number === 1) return;
  const written = version?.kind === 'text' ? `"${version.text}"` : 'this';
  throw new UserError(`${written} is not a version of the polyaxonfile`, {
    code: 'invalid-value',
    hint: 'write "version: 1"',
    location: version?.location,
  });
}

/** Where the file says something that version 1 does not have. */
function laterKeyOf(root: MapNode): Location | undefined {
  const kind = textAt(root, 'kind');
  if (kind !== undefined && LATER_KINDS.includes(kind.text)) return kind.location;
  const key = LATER_KEYS.find((name) => root.entries.has(name));
  // Early files have the matrix of a group at the top as well, and there its keys are names of params.
  const matrix = at(root, ['matrix', 'kind'])?.kind === 'text' ? root.entries.get('matrix') : undefined;
  return (root.entries.get(key ?? '') ?? matrix ?? mapAt(root, 'run')?.entries.get('container'))?.key;
}

function kindOf(root: MapNode, findings: Findings): Kind {
  const node = root.entries.get('kind')?.value;
  if (node === undefined) {
    const hint = 'write "kind: experiment"';
    findings.error('missing-key', '"kind" is missing', { hint, at: root.location });
    return 'experiment';
  }
  const written = node.kind === 'text' ? node.text : '';
  const kind = KINDS.find((known) => known === written);
  if (kind !== undefined) return kind;
  const instead = Object.hasOwn(OTHER_KINDS, written) ? OTHER_KINDS[written] : undefined;
  const { location } = node;
  if (instead !== undefined) {
    throw new UserError(`kind: "${written}" is not a single run`, {
      code: 'not-supported',
      hint: instead,
      location,
    });
  }
  const hint = suggestion(written, KINDS);
  findings.error('invalid-value', `kind: "${written}" is not known`, { hint, at: location });
  return 'experiment';
}
