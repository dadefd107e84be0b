import { describe, expect, it } from '@jest/globals';
import { INPUT_DEFAULTS } from '../../src/inputs/inputs.ts';
import { explain } from '../../src/report/explain.ts';
import { printExplained } from '../../src/report/text/explained.ts';
import { explainJobs } from '../../src/steps/plan/explain.ts';
import { fakeWorld } from '../fakes/tools.ts';
import { readJob } from '../jobspec/read.ts';

const SPEC = `run: |
  python prepare.py
  python train.py --lr {{ lr }}
params: { lr: 1e-4, epochs: 3, seed: 1 }
env: { MODE: fast, USER_NAME: null }
memory: 4GB..8GB
image: { apt: [less], build: [make] }
`;
const DEFAULTS = 'timeout: 1h\nimage: { python: "3.12" }\n';

describe('explain', () => {
  it('tells for every value whether the spec, the defaults, the caller or nobody gave it', async () => {
    const world = fakeWorld({
      'jobimg.yml': SPEC,
      'defaults.yml': DEFAULTS,
      'requirements.txt': 'six==1.17.0\n',
    });
    const inputs = {
      ...INPUT_DEFAULTS,
      folder: '/repository',
      defaults: 'defaults.yml',
      params: new Map([['lr', '0.1']]),
      overrides: new Map([
        ['image.compression', 'gzip'],
        ['params.seed', '7'],
      ]),
    };

    const lines = printExplained(await explainJobs(inputs, world.tools));

    expect(lines.map((line) => line.replace(/ {2,}/g, ' | '))).toEqual([
      'version | 1 | default',
      'name | train | default',
      'run | python prepare.py … (1 more) | jobimg.yml:1:6',
      'shell | bash | default',
      'params.lr | 0.1 | --param',
      'params.epochs | 3 | jobimg.yml:4:29',
      'params.seed | 7 | overrides',
      'env.MODE | fast | jobimg.yml:5:14',
      'env.USER_NAME | of the caller | jobimg.yml:5:31',
      'memory | 4GB..8GB | jobimg.yml:6:9',
      'timeout | 3600s | defaults.yml:1:10',
      'stop-grace | 30s | default',
      'outputs | outputs/ | default',
      'backend | docker | default',
      'preflight | error | default',
      'image.python | 3.12 | defaults.yml:2:18',
      'image.requirements | auto | default',
      'image.conda | auto | default',
      'image.apt | less | jobimg.yml:7:15',
      'image.build.0 | make | jobimg.yml:7:31',
      'image.install | none | default',
      'image.platforms | linux/amd64 | default',
      'image.cuda | auto | default',
      'image.devel | auto | default',
      'image.lang | C.UTF-8 | default',
      'image.compression | gzip | overrides',
      'image.lock | use | default',
      '→ dependencies | requirements.txt | found in the repository',
      '→ base | python:3.12-slim-bookworm | Python 3.12: the spec, defaults.yml:2:18',
    ]);
    expect(world.asked).toEqual([]);
  });
});

describe('the origin of a value', () => {
  it.each([
    ['gpu: A100:80GB', 'gpu.memory | 80GB.. | jobimg.yml:1:6'],
    ['gpu: { memory: 24GB }', 'gpu.memory | 24GB.. | jobimg.yml:1:16'],
    ['gpu: { memory: 24GB }', 'gpu | 1 | jobimg.yml:1:6'],
    ['code: { mode: none }', 'code | none | jobimg.yml:1:15'],
    ['code: none', 'code | none | jobimg.yml:1:7'],
    ['inputs: { x: data.csv }', 'inputs.x | data.csv | jobimg.yml:1:14'],
    ['inputs: [{ name: x, from: data.csv }]', 'inputs.x | data.csv | jobimg.yml:1:27'],
    ['inputs: [{ name: x, from: data.csv }]', 'inputs.x.path | data.csv | default'],
    ['mounts: [{ from: /data, to: /mnt }]', 'mounts.0.to | /mnt | jobimg.yml:1:29'],
    ['params: { x: { default: 3, min: 1 } }', 'params.x | 3 | jobimg.yml:1:25'],
    ['params: { x: { default: 3, min: 1 } }', 'params.x.min | 1 | jobimg.yml:1:33'],
    ['image: { build: [{ run: make }] }', 'image.build.0 | make | jobimg.yml:1:25'],
  ])('of "%s" is told: %s', (text, line) => {
    const values = explain({ job: readJob(text), reasons: [] }, new Map());

    expect(values.map(({ path, value, from }) => `${path} | ${value} | ${from}`)).toContain(line);
  });
});
