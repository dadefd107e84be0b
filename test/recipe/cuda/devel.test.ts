import { describe, expect, it } from '@jest/globals';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import type { Step } from '../../../src/recipe/step.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

function stepsOf(image: string, { gpu = '', files = {} as Files } = {}): readonly Step[] {
  const job = jobOf(`run: x\nimage: { ${image} }\n${gpu}`);
  return chooseRecipe(job, treeOf({ 'main.py': '', ...files })).environment?.steps ?? [];
}

const titlesOf = (steps: readonly Step[]): readonly string[] => steps.map(({ title }) => title);

describe('a compiler', () => {
  it.each([
    ['packages: [torch]', 'gpu: 1\n', true],
    ['packages: [vllm]', 'gpu: 1\n', true],
    ['packages: [torch]', '', false],
    ['packages: [numpy]', 'gpu: 1\n', false],
    ['packages: [torch], devel: none', 'gpu: 1\n', false],
    ['packages: [numpy], devel: runtime', '', true],
    ['devel: runtime', '', true],
  ])('with %s and %j is in the image: %s', (image, gpu, there) => {
    const steps = stepsOf(image, { gpu });

    expect(titlesOf(steps).includes('compilers')).toBe(there);
    expect(steps.every(({ aside }) => aside === undefined)).toBe(true);
  });

  it('is seen to be needed in a lock as well', () => {
    const files = {
      'pyproject.toml': '[project]\nname = "x"\n',
      'uv.lock': 'version = 1\n[[package]]\nname = "torch"\nversion = "2.7.1"\n',
    };

    expect(titlesOf(stepsOf('lang: C', { gpu: 'gpu: 1\n', files }))).toContain('compilers');
  });

  it('is no condition where nobody asked for it', () => {
    const guessed = stepsOf('base: "a:1", packages: [torch]', { gpu: 'gpu: 1\n' });
    const asked = stepsOf('base: "a:1", packages: [torch], devel: runtime');
    const text = (steps: readonly Step[]) => steps.find(({ title }) => title === 'compilers')?.run ?? '';

    expect(text(guessed)).toContain('so the image gets no compiler');
    expect(text(asked)).toContain('compilers need a base of Debian or Ubuntu');
  });

  it('stands beside the image for the build of packages alone', () => {
    const steps = stepsOf('apt: [git], packages: [numpy], build: [echo], devel: build');
    const aside = steps.filter((step) => step.aside !== undefined);

    expect(titlesOf(aside)).toEqual(['compilers', 'python', 'packages', 'bytecode']);
    expect(aside[0]?.aside?.folders).toEqual(['/opt/venv']);
    expect(titlesOf(steps)).toEqual(['apt', ...titlesOf(aside), 'build 1', 'user']);
  });

  it('is not there for a build of nothing', () => {
    expect(titlesOf(stepsOf('apt: [git], devel: build'))).toEqual(['apt', 'user']);
  });

  it('takes along the Python that uv may bring', () => {
    const steps = stepsOf('base: "debian:12", python: 3.12, packages: [numpy], devel: build');

    expect(steps.find(({ title }) => title === 'python')?.aside?.folders).toEqual([
      '/opt/venv',
      '/opt/python',
    ]);
  });
});
