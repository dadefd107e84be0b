import { describe, expect, it } from '@jest/globals';
import { chooseRecipe } from '../../../../src/recipe/choose/choose.ts';
import { type Files, jobOf, treeOf } from '../../support.ts';

const FILES: Files = { 'train.py': '', 'src/model.py': '', 'requirements.txt': 'a==1\n' };

function findingsOf(spec: string, files: Files = FILES) {
  const { findings } = chooseRecipe(jobOf(spec), treeOf(files));
  return findings.filter(({ code }) => code === 'no-script');
}

describe('a script that is not in the repository', () => {
  it.each([
    ['run: python trian.py --lr 1', 'trian.py', 'train.py', 1],
    ['image: python:3.13\nrun: python Train.py', 'Train.py', 'train.py', 2],
    ['run: [python, ./src/modle.py]', 'src/modle.py', 'src/model.py', 1],
  ])('%j is told with the one that was meant', (spec, absent, meant, line) => {
    expect(findingsOf(spec)).toMatchObject([
      {
        level: 'warning',
        message: `there is no "${absent}" in the repository`,
        hint: `did you mean "${meant}"?`,
        location: { line },
      },
    ]);
  });

  it.each([
    ['run: python train.py'],
    ['run: python /opt/trian.py'],
    ['run: python evaluate.py'],
    ['run: cd src && python modle.py'],
    ['run: sed s/a/b/ train.py > trian.py && python trian.py'],
    ['run: wget https://example.com/trian.py && python trian.py'],
    ['code: none\nimage: python:3.13\nrun: python trian.py'],
  ])('%j may be right', (spec) => {
    expect(findingsOf(spec)).toEqual([]);
  });
});
