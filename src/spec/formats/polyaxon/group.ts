import type { Finding } from '../../../errors.ts';
import type { Job, Leg } from '../../job.ts';
import { omit } from '../../layers/layers.ts';
import type { Made } from '../../make/make-job.ts';
import { plain } from '../../yaml/node.ts';
import type { PyValue } from '../python/py-value.ts';
import { pythonText } from '../python/python-text.ts';
import type { Names } from './evaluate.ts';
import type { Translation } from './translate.ts';
import { givenValue } from './values.ts';

interface Group {
  /** Of the whole file. */
  readonly whole: Translation;
  /** The file once more, with the values of one run. */
  readonly translated: (varied: Names) => Translation;
  /** A job of ours with what only a translation can say. */
  readonly complete: (job: Job, translation: Translation) => Job;
}

/** The runs of a group, each rendered by itself: Polyaxon's templates are filled in when they are read. */
export function readGroup(
  job: Job,
  { whole, translated, complete }: Group,
): Pick<Made, 'findings'> & Pick<Job, 'strategy'> {
  const { strategy } = job;
  const { search } = whole;
  if (strategy === undefined || search === undefined) return { strategy, findings: [] };
  const findings: Finding[] = [];
  const legs = strategy.legs.map((leg): Leg => {
    const values = [...leg.values].map(
      ([name, text]) => [name, printedAs(text, search.values.get(name))] as const,
    );
    const own = translated(new Map(values));
    findings.push(...own.findings, ...otherThanCommand(whole, own));
    const { command, params, env } = complete({ ...job, params: leg.params }, own);
    return { ...leg, command, params, env };
  });
  return { strategy: { ...strategy, legs }, findings };
}

/** The value that is printed so; any other one is the caller's. */
function printedAs(text: string, values: readonly PyValue[] = []): PyValue {
  return values.find((value) => pythonText(value) === text) ?? givenValue(text);
}

/** All runs of a group have one image, and resources of one size. */
function otherThanCommand(whole: Translation, own: Translation): readonly Finding[] {
  const [one, other] = [whole, own].map(({ root, folder }) =>
    JSON.stringify([plain(omit(root, ['strategy'])), folder]),
  );
  if (one === other) return [];
  const message = 'more than the command depends on the values of "hptuning.matrix"';
  const hint = 'name them in "run: { cmd: … }" alone: all runs of a group have one image';
  return [{ level: 'error', code: 'not-supported', message, hint, location: whole.root.location }];
}
