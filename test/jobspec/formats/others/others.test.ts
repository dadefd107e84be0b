import { describe, expect, it } from '@jest/globals';
import { convert } from '../../../../src/convert/convert.ts';
import { findSpec } from '../../../../src/jobspec/find.ts';
import { parseSpec } from '../../../../src/jobspec/parse.ts';
import { findingsOf, readJob } from '../../read.ts';

function answerTo(path: string, text: string) {
  const tree = { has: () => true, text: () => text, list: () => [] };
  const [finding] = findingsOf(() => parseSpec(findSpec(tree, [path])));
  return { message: finding?.message, hint: finding?.hint ?? '' };
}

const FILES: readonly (readonly [path: string, text: string, what: string, spec: string])[] = [
  [
    'docker/gpu.Dockerfile',
    'FROM python:3.12\nCMD ["python", "main.py"]\n',
    'a Dockerfile',
    '{ image: { dockerfile: docker/gpu.Dockerfile }, run: python main.py }',
  ],
  [
    'build.txt',
    '# syntax\nFROM a\n',
    'a Dockerfile',
    '{ image: { dockerfile: build.txt }, run: python train.py }',
  ],
  ['train.py', 'print("x")\n', 'a script', '{ run: python train.py }'],
  ['go.sh', 'echo x\n', 'a script', '{ run: bash go.sh }'],
  [
    'ci.yml',
    'on: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v7\n      - run: npm test\n',
    'a workflow of GitHub',
    '{ run: npm test }',
  ],
  [
    'docker-compose.yml',
    'services:\n  train:\n    image: pytorch/pytorch:2.7.1\n    command: python a.py --x=1\n',
    'a file of Docker Compose',
    '{ image: "pytorch/pytorch:2.7.1", run: "python a.py --x=1" }',
  ],
  [
    'compose.yaml',
    'services:\n  train:\n    build: { dockerfile: docker/Dockerfile }\n    build: .\n',
    'a file of Docker Compose',
    '{ image: { dockerfile: Dockerfile }, run: python train.py }',
  ],
];

const CONVERTED: readonly (readonly [path: string, text: string, what: string])[] = [
  [
    'flow.py',
    'from metaflow import FlowSpec, step\nclass F(FlowSpec):\n  @step\n  def start(self): pass\n',
    'a flow of Metaflow',
  ],
  ['run.py', 'from zenml import pipeline\n@pipeline\ndef p(): ...\np()\n', 'a program of ZenML'],
  [
    'run.yaml',
    'settings:\n  docker:\n    parent_image: python:3.12\n    requirements: [torch==2.7.1]\n',
    'a run configuration of ZenML',
  ],
  [
    'bundle.json',
    '{"bundle_type": "run",\n "command": "python t.py",\n "metadata": {\n "request_docker_image": "a/b:1", "request_gpus": 2}}',
    'a bundle or worksheet of CodaLab',
  ],
  [
    'sheet.md',
    '% display table\ncl run :data "python t.py" --request-docker-image a/b:2\n',
    'a bundle or worksheet of CodaLab',
  ],
];

describe('a file that describes no job', () => {
  it.each(FILES)('%s is refused with an error that shows the spec to write', (path, text, what, spec) => {
    const { message, hint } = answerTo(path, text);

    expect(message).toBe(`"${path}" is ${what}, not a job spec`);
    expect(hint.startsWith(`write a jobimg.yml: ${spec}`)).toBe(true);
    expect(readJob(spec).command).toBeDefined();
  });

  it.each(CONVERTED)('%s is refused with an error that names the command', (path, text, what) => {
    const { message, hint } = answerTo(path, text);

    expect(message).toBe(`"${path}" is ${what}, not a job spec`);
    expect(hint).toContain(`\`jobimg convert ${path}\` writes the jobimg.yml`);
    expect(convert({ path, text }).text).not.toBe('');
  });

  it('is not one of ours that only looks so', () => {
    const tree = { has: () => true, text: () => 'jobs: { on: { run: x } }\n', list: () => [] };

    expect(findSpec(tree, ['train.yml']).format).toBe('jobimg');
  });
});
