import { type Finding, UserError } from '../../errors.ts';
import type { Inputs } from '../../inputs/inputs.ts';
import type { SpecFile } from '../../jobspec/file/spec-file.ts';
import { findSpec } from '../../jobspec/find.ts';
import type { Job } from '../../jobspec/job/job.ts';
import type { Mirrors } from '../../jobspec/job/mirrors.ts';
import { readSpec } from '../../jobspec/read-spec.ts';
import { selectWithFindings } from '../../jobspec/select-jobs.ts';
import type { Tools } from '../../tools/tools.ts';
import { checkPatterns } from './line-readers.ts';

export interface JobsRead {
  readonly spec: SpecFile;
  readonly jobs: readonly Job[];
  readonly mirrors: Mirrors;
  /** Path of the file with an organisation's rows about GPUs. */
  readonly data?: string | undefined;
  readonly findings: readonly Finding[];
}

const NO_MIRRORS: Mirrors = { mirrors: new Map() };

/** The spec found, read and narrowed to the jobs that were asked for. */
export async function readJobs(
  inputs: Inputs,
  tools: Pick<Tools, 'source' | 'caller' | 'readText'>,
): Promise<JobsRead> {
  const spec = findSpec(tools.source.tree, inputs.spec, inputs.folder);
  const parsed = await readSpec(spec, inputs.reading);
  const defaults = inputs.defaults === undefined ? undefined : await readDefaults(inputs.defaults, tools);
  const selected = selectWithFindings(parsed, {
    job: choiceOf(inputs),
    toRun: inputs.until === 'run',
    params: inputs.params,
    overrides: inputs.overrides,
    defaults,
    repositoryName: tools.caller.repositoryName,
  });
  await checkPatterns(selected.jobs);
  const { mirrors, data } = await operatorsOf(defaults);
  return { spec, ...selected, mirrors, data: inputs.data ?? data };
}

/** What an organisation's file of defaults says beside fields of jobs; most callers have no such file. */
async function operatorsOf(defaults: SpecFile | undefined): Promise<Pick<JobsRead, 'mirrors' | 'data'>> {
  if (defaults === undefined) return { mirrors: NO_MIRRORS };
  const { dataOf, mirrorsOf } = await import('../../jobspec/layers/operator-fields.ts');
  return { mirrors: mirrorsOf(defaults), data: dataOf(defaults) };
}

function choiceOf({ job }: Inputs): string | undefined {
  return job?.kind === 'named' ? job.name : job?.kind;
}

export async function readDefaults(path: string, { readText }: Pick<Tools, 'readText'>): Promise<SpecFile> {
  const text = await readText(path);
  if (text === undefined) {
    throw new UserError(`the defaults file "${path}" does not exist`, {
      hint: 'check the input "defaults" (--defaults), or JOBIMG_DEFAULTS',
    });
  }
  return { path, text, format: 'jobimg' };
}
