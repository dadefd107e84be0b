import { UserError } from '../../errors.ts';

/** https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits, as its addresses have them */
const REPOSITORY = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9_.-]{1,100}$/;
const WORKFLOW = /^[A-Za-z0-9_-][A-Za-z0-9_. -]{0,99}\.ya?ml$/;
/** https://git-scm.com/docs/git-check-ref-format, and no more than that needs. */
const REF = /^(?!.*(?:\.\.|\/\/|@\{))[A-Za-z0-9_][A-Za-z0-9_./@+-]{0,199}$/;
const VARIABLE = /^[A-Za-z_]\w{0,99}$/;

export const parseRepository = match(REPOSITORY, 'a repository', 'write it as in acme/fleet');
export const parseWorkflow = match(
  WORKFLOW,
  'the file of a workflow',
  'write its name in .github/workflows, as in jobimg.yml',
);
export const parseRef = match(REF, 'a branch or tag', 'write it as in main');
export const parseVariableOfToken = match(VARIABLE, 'the name of a variable', 'write the name only');

function match(pattern: RegExp, what: string, hint: string): (text: string) => string {
  return (text) => {
    if (pattern.test(text)) return text;
    throw new UserError(`"${text}" is not ${what}`, { hint });
  };
}
