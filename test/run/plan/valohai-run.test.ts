import { expect, it } from '@jest/globals';
import { parseSpec, selectJobs } from '../../../src/jobspec/parse.ts';
import { planJobs } from '../../../src/plan/images/plan-jobs.ts';
import { chooseRecipe } from '../../../src/recipe/choose/choose.ts';
import { planRuns } from '../../../src/run/plan/legs.ts';
import { digestOf, factsOf, treeOf } from '../../recipe/support.ts';

const STEP = `
- step:
    name: Train model
    image: a:1
    command: python train.py {parameters}
    parameters: [{ name: lr, type: float, default: 0.00001 }]
    time-limit: 1h
`;

it('runs a step of Valohai where its files are, and fetches what it leaves there', () => {
  const files = { 'train.py': 'print(1)\n', 'valohai.yaml': STEP };
  const [job] = selectJobs(parseSpec({ path: 'valohai.yaml', text: STEP, format: 'valohai' }), {
    toRun: true,
  });
  const recipes = job === undefined ? [] : [chooseRecipe(job, treeOf(files))];
  const { jobs } = planJobs(recipes, factsOf(recipes, files), { kind: 'engine' }, { mirrors: new Map() });
  const image = {
    made: 'found',
    reference: 'a:1',
    image: { registry: 'r.example.org', path: 'a', digest: digestOf('a'), id: digestOf('id') },
    cache: 'image',
    why: '',
  } as const;

  const runs = jobs.flatMap((plan) =>
    planRuns(plan, image, { random: 'f'.repeat(32), attempt: 1, startedAt: 0, callerEnv: new Map() }),
  );

  expect(runs).toMatchObject([
    {
      job: 'train-model',
      command: { kind: 'arguments', words: ['sh', '-c', 'python train.py --lr=1e-05'] },
      workdir: '/valohai/repository',
      mount: { folder: '/valohai/repository', entries: [{ path: 'train.py' }] },
      outputs: ['outputs/'],
      outputsFrom: '/valohai',
      timeout: 3600,
    },
  ]);
  expect(runs[0]?.env.get('JOBIMG_OUTPUTS')).toBe('/valohai/outputs');
  expect(runs[0]?.env.get('JOBIMG_PARAMS')).toBe('{"lr":1e-05}');
});
