import { describe, expect, it } from '@jest/globals';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { chooseAllDependencies } from '../../../src/recipe/dependencies/with-conda.ts';
import { emptyNotes } from '../../../src/recipe/notes.ts';
import { type Files, jobOf, treeOf } from '../support.ts';

const OPEN = 'dependencies: [numpy]\n';
const PIXI = 'version: 6\nenvironments: {}\n';

function choose(image: string, files: Files) {
  const notes = emptyNotes();
  const job = jobOf(`run: python train.py\nimage: ${image}\n`);
  if (job.image.kind !== 'built') throw new Error('an image that is built was expected');
  const { files: chosen, found } = chooseAllDependencies(job.image, { job, tree: treeOf(files) }, notes);
  const codes = notes.findings.all.filter(({ level }) => level === 'error').map(({ code }) => code);
  return { paths: chosen.map(({ path }) => path), found, codes };
}

describe('the conda packages of an image', () => {
  it.each<[string, Files, readonly string[]]>([
    ['{}', { 'environment.yml': OPEN, 'pyproject.toml': '[project]\nname = "x"\n' }, ['environment.yml']],
    ['{}', { 'environment.yml': OPEN, 'requirements.txt': 'six' }, ['requirements.txt']],
    ['{}', { 'pixi.lock': PIXI, 'requirements.txt': 'six', 'environment.yml': OPEN }, ['pixi.lock']],
    ['{ conda: none }', { 'environment.yml': OPEN }, []],
    ['{ conda: none }', { 'pixi.lock': PIXI, 'requirements.txt': 'six' }, ['requirements.txt']],
    ['{ conda: [] }', { 'environment.yml': OPEN }, []],
    ['{ conda: [ffmpeg] }', { 'requirements.txt': 'six' }, ['conda', 'requirements.txt']],
    ['{ conda: [ffmpeg], requirements: none }', { 'requirements.txt': 'six' }, ['conda']],
    [
      '{ conda: env/gpu.yaml }',
      { 'env/gpu.yaml': OPEN, 'requirements.txt': 'six' },
      ['env/gpu.yaml', 'requirements.txt'],
    ],
    [
      '{ conda: gpu.conda-lock.yml }',
      { 'gpu.conda-lock.yml': PIXI, 'requirements.txt': 'six' },
      ['gpu.conda-lock.yml'],
    ],
    ['{ requirements: [env.yml, r.txt] }', { 'env.yml': OPEN, 'r.txt': 'six' }, ['env.yml', 'r.txt']],
    ['{ requirements: none }', { 'environment.yml': OPEN }, []],
  ])('of %s in a repository with %j are %j', (image, files, paths) => {
    expect(choose(image, files)).toEqual({ paths, found: paths.length > 0, codes: [] });
  });

  it.each<[string, Files, string]>([
    ['{}', { 'pixi.lock': PIXI, 'conda-lock.yml': 'version: 1\n' }, 'two-locks'],
    ['{ conda: [a], requirements: env.yml }', { 'env.yml': OPEN }, 'two-conda-environments'],
    ['{ conda: gone.yml }', {}, 'file-not-found'],
  ])('of %s in a repository with %j are refused as %s', (image, files, code) => {
    expect(choose(image, files).codes).toEqual([code]);
  });

  it('are told as a reason', () => {
    const job = jobOf('run: python train.py\nimage: { conda: [ffmpeg, git] }\n');

    expect(chooseRecipe(job, treeOf({})).reasons).toContainEqual({
      subject: 'conda',
      choice: 'ffmpeg, git',
      why: 'the spec',
      origin: expect.objectContaining({ line: 2 }),
    });
  });
});

describe('the steps of an image with conda packages', () => {
  const titlesOf = (spec: string, files: Files) =>
    chooseRecipe(jobOf(spec), treeOf(files)).environment?.steps.map(({ title }) => title);

  it('stand before those of pip, on a base that may have no Python too', () => {
    const files = { 'environment.yml': 'dependencies: [numpy, { pip: [six] }]\n' };

    expect(titlesOf('run: x\nimage: { base: "debian:12", packages: [rich], apt: [git] }\n', files)).toEqual([
      ...['apt', 'python from apt', 'environment.yml', 'python', 'environment.yml (pip)', 'packages'],
      ...['bytecode', 'user'],
    ]);
  });

  it('make an environment of Python for what the packages may bring, when nothing else needs one', () => {
    expect(titlesOf('run: x\nimage: { conda: [ffmpeg] }\n', {})).toEqual([
      'conda',
      'python',
      'bytecode',
      'user',
    ]);
  });

  it('stand on top of your own Dockerfile', () => {
    const files = { Dockerfile: 'FROM debian:12\nRUN true\n' };

    expect(titlesOf('run: x\nimage: { dockerfile: Dockerfile, conda: [ffmpeg] }\n', files)).toEqual([
      ...['python from apt', 'conda', 'python', 'bytecode'],
    ]);
  });

  it('may bring the git that pip fetches by', () => {
    const pip = '{ pip: ["a @ git+https://example.org/a@main"] }';
    const recipe = (packages: string) =>
      chooseRecipe(jobOf('run: x\n'), treeOf({ 'environment.yml': `dependencies: [${packages}, ${pip}]\n` }));

    expect(() => recipe('numpy')).toThrow('is fetched by git');
    expect(() => recipe('git >=2')).not.toThrow();
  });
});
