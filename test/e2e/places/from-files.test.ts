import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { printReference } from '../../../src/oci/reference.ts';
import type { PlatformUnderTest, PresetBench } from '../../platforms/bench.ts';
import { startPolyaxonBench } from '../../platforms/polyaxon-bench.ts';
import { startValohaiBench } from '../../platforms/valohai-bench.ts';
import { jobimg } from '../support/jobimg.ts';
import { repositoryWith } from '../support/repository.ts';

const STORIES = {
  valohai: {
    start: startValohaiBench,
    file: 'valohai.yaml',
    text: (image: string) => `- step:
    name: Train model
    image: ${image}
    command:
      - sh train.sh {parameters} && echo done > /valohai/outputs/said.txt
    parameters:
      - { name: lr, type: float, default: 0.001 }
    environment-variables:
      - { name: WHO, default: 'some {one} "else"' }
    time-limit: 2h
`,
  },
  polyaxon: {
    start: startPolyaxonBench,
    file: 'polyaxonfile.yml',
    text: (image: string) => `version: 1
kind: experiment
params: { lr: 0.001 }
build:
  image: ${image}
  env_vars: [[WHO, 'some {one} "else"']]
run:
  cmd: mkdir -p outputs && sh train.sh --lr={{ lr }} && echo done > outputs/said.txt
`,
  },
} as const satisfies Readonly<
  Record<
    string,
    { start: () => Promise<PresetBench<PlatformUnderTest>>; file: string; text(image: string): string }
  >
>;

it.each(['valohai', 'polyaxon'] as const)(
  'a file of %s runs on its own platform, by its own client',
  async (name) => {
    const { file, start, text } = STORIES[name];
    const bench = await start();
    try {
      const { defaults, env, image, parts, platform } = bench;
      const files = { [file]: text(printReference(image)), 'train.sh': 'echo "given $1 by $WHO"\n' };
      await using repository = await repositoryWith({ files });
      const operators = join(env['HOME'] ?? '', 'defaults.yml');
      await writeFile(operators, `${defaults}backend: { command: { place: ${name} } }\n`);
      const where = [
        '--registry',
        `${parts.registry.host}/places/${name}`,
        '--override',
        `image.base=${printReference(image)}`,
      ];

      const call = { cwd: repository.folder, env: { ...parts.env, ...env } };
      const { code, json, stderr } = await jobimg(['run', '--json', '--defaults', operators, ...where], call);

      if (!('jobs' in json)) throw new Error(stderr);
      const [run] = json.jobs[0]?.runs ?? [];
      expect(stderr).toMatch(/^\s*given --lr=0\.001 by some \{one\} "else"$/m);
      expect([code, run?.reason, run?.outputs]).toEqual([0, 'succeeded', ['outputs/said.txt']]);
      expect(await readFile(join(run?.['outputs-folder'] ?? '', 'outputs/said.txt'), 'utf8')).toBe('done\n');
      expect(platform.started(`jobimg-${run?.id}`)).toBe(1);
    } finally {
      await bench.close();
    }
  },
  600_000,
);
