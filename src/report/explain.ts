import type { Location } from '../errors.ts';
import { JOB } from '../jobspec/fields/job.ts';
import type { Job } from '../jobspec/job/job.ts';
import { linesOf } from '../jobspec/rows/lines.ts';
import type { Line } from '../jobspec/rows/row.ts';
import type { Recipe } from '../recipe/recipe.ts';

/** One value of a job and where it came from. */
export interface Explained {
  readonly path: string;
  readonly value: string;
  /** `file:line:column`, `overrides`, `--param`, `default`, or why it was chosen. */
  readonly from: string;
}

/** Every value of a job, each with its origin, and then what was chosen by them; `given`: params of the caller. */
export function explain(
  { job, reasons }: Pick<Recipe, 'job' | 'reasons'>,
  given: ReadonlyMap<string, string>,
): readonly Explained[] {
  const lines = inOrder(linesOf(JOB, job)).filter(({ text }) => text !== '');
  return [
    ...lines.map((line) => ({ path: line.path, value: line.text, from: originOf(line, job, given) })),
    ...reasons.map(({ subject, choice, why, origin }) => ({
      path: `→ ${subject}`,
      value: choice,
      from: origin === undefined ? why : `${why}, ${place(origin)}`,
    })),
  ];
}

/** The files and the image, which is the longest part, stand behind everything else. */
function inOrder(lines: readonly Line[]): readonly Line[] {
  const isOf = (key: string) => (line: Line) => line.path.split('.')[0] === key;
  const others = lines.filter((line) => !isOf('code')(line) && !isOf('image')(line));
  return [...others, ...lines.filter(isOf('code')), ...lines.filter(isOf('image'))];
}

function originOf({ path, writtenAt }: Line, { origins }: Job, given: ReadonlyMap<string, string>): string {
  const caller = given.get(path);
  if (caller !== undefined) return caller;
  const [found] = writtenAt.flatMap((written) => origins.get(written) ?? []);
  return found === undefined ? 'default' : place(found);
}

function place({ file, line, column }: Location): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}
