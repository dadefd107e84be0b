import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../src/errors.ts';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { jobOf, treeOf } from '../support.ts';

function told(dockerfile: string, args = '{}') {
  const job = jobOf(`run: x\nimage:\n  dockerfile: Dockerfile\n  args: ${args}\n`);
  try {
    return chooseRecipe(job, treeOf({ Dockerfile: dockerfile, 'main.py': '' })).findings;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.findings;
  }
}

describe('instructions of your own Dockerfile', () => {
  it('are refused where Docker has none of that name, each at its line', () => {
    expect(told('FROM a:1\nRUNN true\nrun true\n  && false\n')).toMatchObject([
      {
        message: '"RUNN" is no instruction of a Dockerfile',
        hint: 'did you mean "RUN"?',
        location: { line: 2 },
      },
      { message: '"&&" is no instruction of a Dockerfile', location: { line: 4 } },
    ]);
  });
});

describe('arguments of your own Dockerfile', () => {
  it('are told where no ARG has their name', () => {
    const all = told(
      'ARG V=1\nFROM a:$V\nONBUILD ARG later\n',
      '{ V: 2, later: 1, VERISON: 3, HTTP_PROXY: x }',
    );

    expect(all.filter(({ code }) => code === 'arg-unused')).toMatchObject([
      {
        level: 'warning',
        message: 'no ARG of "Dockerfile" has the name "VERISON"',
        location: { file: 'jobimg.yml', line: 4 },
      },
    ]);
  });
});
