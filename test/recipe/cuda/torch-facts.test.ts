import { describe, expect, it } from '@jest/globals';
import { checkFit } from '../../../src/fit/checks/fit.ts';
import { chooseRecipes } from '../../../src/recipe/choose/choose.ts';
import { declaredTarget } from '../../../src/recipe/target/declared.ts';
import { jobOf, treeOf } from '../support.ts';

/** What speaks against a job whose requirements file is this one. */
function against(gpu: string, requirements: string, file = 'requirements.txt') {
  const job = jobOf(`run: x\ngpu: ${gpu}\nimage: { requirements: ${file} }\n`);
  const [recipe] = chooseRecipes(job, treeOf({ 'main.py': '', [file]: requirements }), () => ({ env: [] }));
  if (recipe === undefined) throw new Error('a job has a recipe');
  const found = checkFit({ image: recipe.facts, target: declaredTarget(job), gpu: job.resources.gpu });
  return found.filter(({ level }) => level !== 'notice').map(({ code, level }) => `${code} ${level}`);
}

const RTX_5090 = '{ names: [RTX 5090], driver: "595.45.04" }';
const GH200 = '{ names: [GH200], driver: "580.65.06" }';
const LOCK = (torch: string): string =>
  `torch==${torch} --hash=sha256:0\nnvidia-cuda-runtime-cu12==12.6.77 --hash=sha256:0\n`;

describe('the build of torch that requirements ask for', () => {
  it.each([
    ['a version', 'torch==2.4.1', ['fit-architecture error']],
    ['a series of versions', 'torch~=2.4.0', ['fit-architecture error']],
    ['the newest of a major version', 'torch~=2.4', []],
    [
      'one of two, by the Python',
      'torch==2.4.1 ; python_version < "3.10"\ntorch==2.8.0 ; python_version >= "3.10"',
      [],
    ],
    ['one that is for other systems', 'torch==2.2.2 ; sys_platform != "linux"\ntorch==2.8.0', []],
    ['one without code for GPUs', 'torch==2.7.1+cpu', ['fit-architecture warning']],
  ])('is that of %s', (_, requirements, expected) => {
    expect(against(RTX_5090, `${requirements}\n`)).toEqual(expected);
  });

  it.each([
    ['torch==2.7.1\n', 'requirements.txt', ['fit-architecture warning']],
    [LOCK('2.7.1'), 'requirements.lock', ['fit-architecture warning']],
    [LOCK('2.7.1+cu126'), 'requirements.lock', []],
    // No table says what builds for arm64 are compiled for.
    ['torch==2.11.0+cu126\n', 'requirements.txt', []],
  ])('for arm64 is %j', (text, file, expected) => {
    expect(against(GH200, text, file)).toEqual(expected);
  });
});
