// A file of each platform, and what it does there: with its own client, started by jobimg.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { printReference } from '../../src/oci/reference.ts';
import { jobimg } from '../e2e/support/jobimg.ts';
import { repositoryWith } from '../e2e/support/repository.ts';
import { ensureBase } from '../engine/images/base.ts';
import type { PlatformUnderTest, PresetBench } from './bench.ts';
import { startCodalabBench } from './codalab-bench.ts';
import { startInImageBench } from './in-image-bench.ts';
import { startPolyaxonBench } from './polyaxon-bench.ts';
import { startValohaiBench } from './valohai-bench.ts';

interface Story {
  start(): Promise<PresetBench<PlatformUnderTest>>;
  /** Its own, with an image that the place can start. */
  files(image: string): Readonly<Record<string, string>>;
  /** The file that `jobimg convert` reads; without it the file is a spec as it is. */
  readonly convert?: string;
  readonly overrides: (image: string) => readonly string[];
  readonly says: RegExp;
  /** One of its outputs, and how that begins. */
  readonly output: readonly [path: RegExp, text: RegExp];
}

const SCRIPT = { 'train.sh': 'echo "given $1 by $WHO"\n' };
const GIVEN = /^\s*given --lr=0\.001 by some \{one\} "else"$/m;
const DONE = [/^outputs\/said\.txt$/, /^done\n$/] as const;
const onImage = (image: string) => [`image.base=${image}`];

const FLOW = `from metaflow import FlowSpec, Parameter, step


class TrainFlow(FlowSpec):
    lr = Parameter("lr", default=0.1)

    @step
    def start(self):
        self.next(self.end)

    @step
    def end(self):
        print("given", self.lr)


if __name__ == "__main__":
    TrainFlow()
`;

const PIPELINE = `import click
from zenml import pipeline, step
from zenml.config import DockerSettings

docker = DockerSettings(environment={"WHO": "somebody"})


@step(enable_cache=False)
def train(lr: float) -> float:
    with open("said.txt", "w") as file:
        file.write("done\\n")
    print("given", lr)
    return lr


@pipeline(settings={"docker": docker})
def training(lr: float):
    train(lr)


@click.command()
@click.option("--lr", default=0.1)
def main(lr):
    training(lr)


if __name__ == "__main__":
    main()
`;

export const STORIES = {
  valohai: {
    start: startValohaiBench,
    files: (image) => ({
      ...SCRIPT,
      'valohai.yaml': `- step:
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
    }),
    overrides: onImage,
    ...{ says: GIVEN, output: DONE },
  },
  polyaxon: {
    start: startPolyaxonBench,
    files: (image) => ({
      ...SCRIPT,
      'polyaxonfile.yml': `version: 1
kind: experiment
params: { lr: 0.001 }
build:
  image: ${image}
  env_vars: [[WHO, 'some {one} "else"']]
run:
  cmd: mkdir -p outputs && sh train.sh --lr={{ lr }} && echo done > outputs/said.txt
`,
    }),
    overrides: onImage,
    ...{ says: GIVEN, output: DONE },
  },
  codalab: {
    start: startCodalabBench,
    convert: 'submit.sh',
    files: (image) => ({
      'submit.sh': `cl upload src
cl run :src 'mkdir -p outputs && WHO=somebody sh src/train.sh --lr=0.001 && echo done > outputs/said.txt' \\
  --request-docker-image ${image} --request-network --request-time 2h --name train
`,
      'src/train.sh': SCRIPT['train.sh'],
    }),
    overrides: (image) => [...onImage(image), 'outputs=[outputs/]'],
    says: /^given --lr=0\.001 by somebody$/m,
    output: DONE,
  },
  metaflow: {
    start: () => startInImageBench('metaflow'),
    convert: 'train_flow.py',
    files: () => ({ 'train_flow.py': FLOW }),
    overrides: () => ['image.packages=[metaflow==2.19.39]'],
    says: /given 0\.1$/m,
    output: [/^\.metaflow\/TrainFlow\/\d+\/_meta\/_self\.json$/, /"TrainFlow"/],
  },
  zenml: {
    start: () => startInImageBench('zenml'),
    convert: 'run.py',
    files: () => ({ 'run.py': PIPELINE }),
    overrides: () => ['image.packages=["zenml[local]==0.98.0"]', 'outputs=[said.txt]'],
    says: /given 0\.1/m,
    output: [/^said\.txt$/, /^done\n$/],
  },
} as const satisfies Readonly<Record<string, Story>>;

export type StoryName = keyof typeof STORIES;

/** From the file to a finished run at its place. */
export async function tellStory(name: StoryName): Promise<void> {
  const story: Story = STORIES[name];
  const bench = await story.start();
  try {
    // Commands of a polyaxonfile are for bash, which the smallest image has not.
    const image =
      name === 'polyaxon' ? (await ensureBase(bench.parts.registry)).reference : printReference(bench.image);
    await using repository = await repositoryWith({ files: story.files(image) });
    const call = { cwd: repository.folder, env: { ...bench.parts.env, ...bench.env } };
    if (story.convert !== undefined) {
      const { code, stderr } = await jobimg(['convert', story.convert, '--output', 'jobimg.yml'], call);
      if (code !== 0) throw new Error(stderr);
    }
    const overrides = story.overrides(image).flatMap((one) => ['--override', one]);
    const where = ['--registry', `${bench.parts.registry.host}/places/${name}`];

    const words = ['--json', '--defaults', await operatorsFile(name, bench), ...where, ...overrides];
    const { code, json, stderr } = await jobimg(['run', ...words], call);

    if (!('jobs' in json)) throw new Error(stderr);
    const [run] = json.jobs[0]?.runs ?? [];
    expect(stderr).toMatch(story.says);
    expect([code, run?.reason]).toEqual([0, 'succeeded']);
    const [path, text] = story.output;
    expect(run?.outputs).toContainEqual(expect.stringMatching(path));
    const output = run?.outputs.find((one) => path.test(one)) ?? '';
    expect(await readFile(join(run?.['outputs-folder'] ?? '', output), 'utf8')).toMatch(text);
  } finally {
    await bench.close();
  }
}

/** What the operator of the machine has: the place, and bases from the registry of the tests. */
async function operatorsFile(name: StoryName, { defaults, env, parts }: PresetBench<PlatformUnderTest>) {
  const isBuilt = name === 'metaflow' || name === 'zenml';
  if (isBuilt) await ensureBase(parts.registry);
  const file = join(env['HOME'] ?? '', 'defaults.yml');
  const mirrors = isBuilt ? `mirrors: { docker.io: "${parts.registry.host}" }\n` : '';
  await writeFile(file, `${defaults}backend: { command: { place: ${name} } }\n${mirrors}`);
  return file;
}
