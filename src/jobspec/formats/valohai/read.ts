import { distinct, Findings } from '../../../findings.ts';
import type { ReadingRules } from '../../../inputs/reading.ts';
import type { SpecFile } from '../../file/spec-file.ts';
import { errorsByPlace } from '../../findings/findings.ts';
import type { Additions, ParsedSpec } from '../../format/parsed-spec.ts';
import { readFile, type ValohaiFile } from './file.ts';
import { makeStep } from './make-step.ts';

/** Each step is a job, and each task as well. */
export function readValohai(file: SpecFile, reading: ReadingRules): ParsedSpec {
  const read = readFile(file, reading);
  const findings = new Findings();
  findings.add(read.findings);
  findings.throwIfErrors(errorsByPlace);
  const jobs = [...read.steps.keys()];
  const make = (name: string | undefined, additions: Additions) => {
    const task = read.tasks.get(name ?? '');
    const job = name ?? '';
    const step = read.steps.get(task?.step ?? job);
    if (step === undefined) throw new Error(`no step is the job "${name}"`);
    const names = task === undefined ? jobs : [...jobs, job];
    const made = makeStep({ spec: file.path, job, jobs: names, step, task }, additions);
    return { ...made, findings: [...read.findings, ...made.findings] };
  };
  for (const job of jobs) findings.add(make(job, {}).findings);
  findings.throwIfErrors(errorsByPlace);
  return { file, format: 'valohai', jobs, aliases: aliasesOf(read), findings: distinct(findings.all), make };
}

/** A task is asked for by its name, or that of its job; where a step is called so, the step is meant. */
function aliasesOf({ slugs, tasks }: ValohaiFile): ReadonlyMap<string, string> {
  const names = [...tasks].flatMap(([job, { name }]) => [[job, job] as const, [name, job] as const]);
  return new Map([...names, ...slugs]);
}
