import { describe, expect, it } from '@jest/globals';
import { parseSpec, selectJobs } from '../../../../src/jobspec/parse.ts';
import { parseRegistryAuth } from '../../../../src/registry/login/registry-auth.ts';
import { filesOf, read } from '../../../docs/repository.ts';
import { blocksOf } from '../../../docs/snippets.ts';
import { readStep, told } from './read.ts';

function stepIn(image: string, command = 'date'): string {
  return `- step: {name: a, image: "${image}", command: ${JSON.stringify(command)}}`;
}

/** What Valohai's page about images promises, sentence by sentence. */
describe('images as Valohai has them', () => {
  it.each([
    ['python:3.13-slim-bookworm', 'python train.py'],
    ['gcc:14', 'gcc -o train train.c && ./train'],
    ['r-base:4.4.2', 'Rscript train.R'],
  ])('%s runs %s: any code that runs in a container', (image, command) => {
    expect(readStep(stepIn(image, command)).command).toEqual({
      kind: 'arguments',
      words: [['sh'], ['-c'], [command]],
    });
  });

  it.each([
    ['busybox:1.37', 'docker.io', 'library/busybox'],
    ['docker.io/myusername/name:tag', 'docker.io', 'myusername/name'],
    ['myregistry.azurecr.io/team/name:tag', 'myregistry.azurecr.io', 'team/name'],
    ['gcr.io/my-project/my-registry:tag', 'gcr.io', 'my-project/my-registry'],
    [
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com/name:tag',
      '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
      'name',
    ],
    ['registry.example.com:5000/name:tag', 'registry.example.com:5000', 'name'],
    ['auto', 'docker.io', 'library/auto'],
  ])('%s is read from %s, with nothing built', (image, registry, path) => {
    expect(readStep(stepIn(image)).image).toMatchObject({ kind: 'given', reference: { registry, path } });
  });

  it.each([
    ['python', ['1:26 warning image: no tag changes from time to time']],
    ['python:latest', ['1:26 warning image: the tag "latest" changes from time to time']],
    ['python:3.13.1-slim-bookworm', []],
    [`python@sha256:${'a'.repeat(64)}`, []],
  ])('%s: a specific tag keeps everything reproducible', (image, said) => {
    expect(told(stepIn(image))).toEqual(said);
  });

  it.each([
    ['docker.io/myusername/*', { registry: 'docker.io', path: 'myusername' }],
    ['myregistry.azurecr.io/*', { registry: 'myregistry.azurecr.io' }],
  ])('%s names what credentials are for', (registry, pattern) => {
    const [entry] = parseRegistryAuth(`[{ registry: "${registry}", username: u, password: p }]`);

    expect(entry?.pattern).toMatchObject(pattern);
  });
});

describe('what the documents show', () => {
  const examples = filesOf('examples', 'valohai.yaml').map((path) => [path, read(path)] as const);
  const snippets = blocksOf('docs/from-valohai.md').flatMap(({ at, file, text }) =>
    file === 'valohai.yaml' ? [[at, text] as const] : [],
  );

  it.each([...examples, ...snippets])('%s can be run as it is', (path, text) => {
    const jobs = selectJobs(parseSpec({ path, text, format: 'valohai' }), { job: 'all', toRun: true });

    expect(jobs).not.toEqual([]);
  });
});
