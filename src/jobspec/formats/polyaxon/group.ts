import { distinct, Findings } from '../../../findings.ts';
import type { Leg } from '../../job/job.ts';
import { omit } from '../../layers/layers.ts';
import { plain } from '../../yaml/node.ts';
import type { PyValue } from '../python/py-value.ts';
import { pythonText } from '../python/python-text.ts';
import { paramsOf, type Result } from './job.ts';
import { givenValue } from './params/values.ts';
import type { Names } from './template/evaluate.ts';
import type { Translation } from './translate.ts';

interface ReadGroupOptions {
  /** Of the whole file. */
  readonly whole: Translation;
  /** The file once more, with the values of one run. */
  readonly translated: (varied: Names) => Translation;
  readonly read: (translation: Translation) => Result;
}

/** The runs of a group, each rendered and read by itself: Polyaxon's templates are filled in when they are read. */
export function readGroup(made: Result, { whole, translated, read }: ReadGroupOptions): Result {
  const { search } = whole;
  if (!('job' in made) || made.findings.some(({ level }) => level === 'error')) return made;
  const { job } = made;
  if (job.strategy === undefined || search === undefined) return { job, findings: distinct(made.findings) };
  const findings = new Findings();
  findings.add(made.findings);
  const legs = job.strategy.legs.map((leg): Leg => {
    const values = [...leg.values].map(
      ([name, text]) => [name, printedAs(text, search.values.get(name))] as const,
    );
    const own = translated(new Map(values));
    const run = read(own);
    findings.add(own.findings);
    refuseOtherImage(whole, own, findings);
    const params = new Map([...leg.params, ...paramsOf(own.names)]);
    return 'job' in run ? { ...leg, command: run.job.command, params, env: run.job.env } : leg;
  });
  return {
    job: { ...job, strategy: { ...job.strategy, legs } },
    findings: distinct(findings.all),
  };
}

/** The value that is printed so; any other one is the caller's. */
function printedAs(text: string, values: readonly PyValue[] = []): PyValue {
  return values.find((value) => pythonText(value) === text) ?? givenValue(text);
}

/** All runs of a group have one image, and resources of one size. */
function refuseOtherImage(whole: Translation, own: Translation, findings: Findings): void {
  const [one, other] = [whole, own].map(({ root, folder }) =>
    JSON.stringify([plain(omit(root, ['strategy', 'command'])), folder]),
  );
  if (one === other) return;
  const message = 'more than the command depends on the values of "hptuning.matrix"';
  const hint = 'name them in "run: { cmd: … }" alone: all runs of a group have one image';
  findings.error('not-supported', message, { hint, at: whole.root.location });
}
