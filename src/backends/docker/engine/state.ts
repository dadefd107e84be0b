import type { Container } from './answers.ts';

type State = Pick<Container['State'], 'Error' | 'Status'>;

/** What an engine notes of a start whose caller went away before it was on its way. */
const GIVEN_UP = /context canceled/;

/** Whether it was made, and nothing came of a start yet: one that failed says why. */
export function isUnstarted({ Error: problem, Status }: State): boolean {
  return Status === 'created' && (problem === '' || GIVEN_UP.test(problem));
}

/** What is shown of it meanwhile is of no use, and soon not there. */
export function isBeingRemoved({ Status }: State): boolean {
  return Status === 'removing';
}
