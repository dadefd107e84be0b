import { describe, expect, it } from '@jest/globals';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { jobOf, treeOf } from '../support.ts';

function codesOf(step: string): readonly string[] {
  const tree = treeOf({ 'src/requirements.txt': 'six\n', 'main.py': '' });
  const job = jobOf(`run: x\nimage: { base: "python:3.13-slim", build: [${JSON.stringify(step)}] }\n`);
  return chooseRecipe(job, tree).findings.map(({ code }) => code);
}

describe('a step of "build"', () => {
  it.each(['pip install -r ./src/requirements.txt', 'pip install -c src/requirements.txt six'])(
    'is warned of when it reads the code: %s',
    (step) => {
      expect(codesOf(step)).toContain('build-reads-code');
    },
  );

  it.each([
    'pip install -r /opt/requirements.txt',
    'cd /x && pip install -r src/requirements.txt',
    'pip install six',
  ])('is not when it does not: %s', (step) => {
    expect(codesOf(step)).not.toContain('build-reads-code');
  });
});
