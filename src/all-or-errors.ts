import { UserError } from './errors.ts';
import { distinct } from './findings.ts';

/** Every answer, in order; or, once all have come, one error that tells everything that failed. */
export async function allOrErrors<T>(asked: readonly Promise<T>[]): Promise<readonly T[]> {
  const answers: T[] = [];
  const failures: UserError[] = [];
  for (const result of await Promise.allSettled(asked)) {
    if (result.status === 'fulfilled') answers.push(result.value);
    else if (result.reason instanceof UserError) failures.push(result.reason);
    else throw result.reason;
  }

  const [first, ...others] = failures;
  if (first === undefined) return answers;
  if (others.length === 0) throw first;
  throw UserError.of(distinct(failures.flatMap(({ findings }) => findings)), first.kind);
}
