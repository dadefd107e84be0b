import type { Finding } from '../../../errors.ts';
import { Findings } from '../../../findings.ts';
import { JobFields } from '../../fields/job.ts';
import type { SpecFile } from '../../file/spec-file.ts';
import { keysAt } from '../../findings/known-keys.ts';
import { findingsOf } from '../../findings/problems.ts';
import { type Layers, layered } from '../../format/layered.ts';
import { mapOf } from '../../format/nodes.ts';
import type { BuiltImage, Job } from '../../job/job.ts';
import type { Param } from '../../job/param.ts';
import { overlay } from '../../layers/layers.ts';
import { type MadeJob, makeJob } from '../../make/make-job.ts';
import { jobNameOf } from '../../values/names.ts';
import { type MapNode, plain } from '../../yaml/node.ts';
import type { PyValue } from '../python/py-value.ts';
import { floatText, pythonText } from '../python/python-text.ts';
import type { Names } from './template/evaluate.ts';
import type { Translation } from './translate.ts';
import { runVariables } from './variables.ts';

export type Result = MadeJob | { readonly findings: readonly Finding[] };

export interface JobSource extends Layers {
  readonly file: SpecFile;
  readonly translation: Translation;
  /** The caller's values of params. */
  readonly given: ReadonlyMap<string, string>;
  /** Params that the defaults file declares. */
  readonly elsewhere: ReadonlySet<string>;
  readonly repositoryName: string;
  readonly toRun: boolean;
}

/** Nodes of ours, read as a job of ours; then what only Polyaxon's words can say. */
export function readJob(source: JobSource): Result {
  const { file, translation, repositoryName, toRun } = source;
  const root = withVariables(layered(translation.root, source), translation);
  const read = JobFields.safeParse(plain(root));
  const findings = new Findings();
  findings.add(translation.findings);
  if (!read.success) {
    findings.add(furtherFindings(read.error.issues, root, findings.hasErrors));
    return { findings: findings.all };
  }
  const fields = read.data;
  const name = fields.name ?? jobNameOf(repositoryName);
  const given = othersOf(source);
  const made = makeJob({ name, spec: file.path, format: 'polyaxon', fields, root, given, toRun });
  findings.add(made.findings.map((finding) => inTheirWords(finding, translation)));
  return { job: completed(made.job, source), findings: findings.all };
}

/** Whoever sets one of the variables means it. */
function withVariables(root: MapNode, translation: Translation): MapNode {
  return overlay(mapOf({ env: runVariables(root, translation) }, root.location), root);
}

/** Values of the caller for params that our own reader knows: of the defaults file, and those that a group varies. */
function othersOf({ given, elsewhere, translation }: JobSource): ReadonlyMap<string, string> {
  const { names, search } = translation;
  const isOther = (param: string): boolean =>
    search?.values.has(param) === true || (elsewhere.has(param) && !names.has(param));
  return new Map([...given].filter(([param]) => isOther(param)));
}

/** What is wrong in the file was reported in its own words. */
function furtherFindings(
  issues: Parameters<typeof findingsOf>[0],
  root: MapNode,
  isReported: boolean,
): readonly Finding[] {
  const further = findingsOf(issues, root, (path) => keysAt(JobFields, path));
  return further.filter(({ location }) => !isReported || location?.file !== root.location.file);
}

function inTheirWords(finding: Finding, { kind }: Translation): Finding {
  if (finding.code !== 'not-ready' || kind !== 'build') return finding;
  const message = 'a file of kind "build" makes an image and runs nothing';
  return {
    ...finding,
    message,
    hint: 'build it alone (jobimg build), or write "kind: job" with "run: { cmd: … }"',
  };
}

function completed(job: Job, { translation, file }: JobSource): Job {
  const overlays = file.over?.map(({ path }) => path);
  const { names, folder } = translation;
  return {
    ...job,
    image: job.image.kind === 'built' ? completedImage(job.image, translation) : job.image,
    overlays,
    code: { ...job.code, folder, ignore: '.polyaxonignore' },
    params: new Map([...job.params, ...paramsOf(names)]),
  };
}

function completedImage(image: BuiltImage, { early, inherits }: Translation): BuiltImage {
  return { ...image, early, ...(inherits.size === 0 ? {} : { inherits }) };
}

/** As the run gets them. */
export function paramsOf(names: Names): readonly (readonly [string, Param])[] {
  return [...names].map(([name, value]) => [name, paramOf(value)]);
}

function paramOf(value: PyValue): Param {
  const text = pythonText(value);
  if (value.kind === 'int') return { type: 'int', text };
  if (value.kind === 'bool') return { type: 'bool', text: text.toLowerCase() };
  const isNumber = value.kind === 'float' && Number.isFinite(value.value);
  return isNumber ? { type: 'float', text: floatText(value.value) } : { type: 'string', text };
}
