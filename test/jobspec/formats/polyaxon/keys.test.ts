import { describe, expect, it } from '@jest/globals';
import { UserError } from '../../../../src/errors.ts';
import { BUILD, HEAD, readFile } from './read.ts';

/** Every key of version 1 of the schema, with a value as it stands in files. */
const ANYWHERE: readonly (readonly [key: string, yaml: string])[] = [
  ['name', 'name: train_1'],
  ['description', 'description: A model'],
  ['tags', 'tags: [a, b]'],
  ['logging', 'logging: { level: INFO, formatter: x }'],
  ['inputs', 'inputs: [{ name: i, description: x, type: int, default: 1, is_optional: true }]'],
  ['inputs of a list', 'inputs: [{ name: i, type: str, is_list: true, default: [a], is_optional: true }]'],
  [
    'inputs of a flag',
    'inputs: [{ name: i, type: bool, is_flag: true, default: true, is_optional: true, options: [true, false] }]',
  ],
  ['outputs', 'outputs: [{ name: o, type: metric }]'],
  ['declarations', 'declarations: { a: 1 }'],
  ['params', 'params: { a: { b: [1, 2] } }'],
  ['backend', 'backend: native'],
  ['framework', 'framework: tensorflow'],
  ...environment('index', '1'),
  ...environment(
    'resources',
    '{ cpu: { requests: 1, limits: 2 }, memory: { limits: 512 }, gpu: { limits: 1 }, tpu: { limits: 0 } }',
  ),
  ...environment('labels', '{ a: b }'),
  ...environment('annotations', '{ a: b }'),
  ...environment('node_selector', '{ a: b }'),
  ...environment('affinity', '{ nodeAffinity: {} }'),
  ...environment('tolerations', '[{ key: a, operator: Exists }]'),
  ...environment('service_account', 'trainer'),
  ...environment('image_pull_secrets', '[a]'),
  ...environment('max_restarts', '3'),
  ...environment('secret_refs', '[a]'),
  ...environment('config_map_refs', '[a]'),
  ...environment('configmap_refs', '[a]'),
  ...environment('data_refs', '[a]'),
  ...environment('artifact_refs', '[a]'),
  ...environment('outputs', '{ jobs: [1], experiments: [a.b.1] }'),
  ...environment('persistence', '{ data: [a], outputs: b }'),
  ...environment('cluster_uuid', 'a'),
];

const BELOW_BUILD: readonly (readonly [key: string, yaml: string])[] = [
  ['backend', 'backend: kaniko'],
  ['context', 'context: src'],
  ['build_steps', 'build_steps: [make]'],
  ['lang_env', 'lang_env: en_US.UTF-8'],
  ['env_vars', 'env_vars: [[A, 1]]'],
  ['commit', 'commit: 0a1b2c'],
  ['branch', 'branch: main'],
  ['nocache', 'nocache: true'],
  ['environment', 'environment: { resources: { cpu: { limits: 1 } } }'],
  ['description', 'description: x'],
];

/** What is not a single run, or needs what only Polyaxon has. */
const ANSWERED: readonly (readonly [key: string, yaml: string])[] = [
  ['notebook', 'version: 1\nkind: notebook\nbuild: { image: a }\n'],
  ['tensorboard', 'version: 1\nkind: tensorboard\nbuild: { image: a }\n'],
  ['pipeline', 'version: 1\nkind: pipeline\nops: []\n'],
  ['plugin', 'version: 1\nkind: plugin\nrun: { image: a }\n'],
  ['ref', `${HEAD}build: { ref: 12 }\nrun: { cmd: x }\n`],
  ['git', `${HEAD}run: { image: a, git: https://x/y, cmd: x }\n`],
  ['replicas', `${BUILD}environment: { replicas: { n_workers: 2, n_ps: 1 } }\nrun: { cmd: x }\n`],
  ['framework blocks', `${BUILD}environment: { tensorflow: { n_workers: 2 } }\nrun: { cmd: x }\n`],
  ['tpu', `${BUILD}environment: { resources: { tpu: { limits: 8 } } }\nrun: { cmd: x }\n`],
  ['a distributed backend', `${BUILD}backend: mpi\nrun: { cmd: x }\n`],
  ['model', `${BUILD}model: { graph: {} }\nrun: { cmd: x }\n`],
];

function environment(key: string, value: string): readonly (readonly [key: string, yaml: string])[] {
  return [[`environment.${key}`, `environment: { ${key}: ${value} }`]];
}

/** What is said of a file: a remark that keeps something from the user says what to do instead. */
function expectHelp(text: string): void {
  const { findings } = readFile(text);
  expect(findings.filter(({ level, hint }) => level !== 'notice' && hint === undefined)).toEqual([]);
}

describe('every key of the schema', () => {
  it.each(ANYWHERE)('%s is taken', (_key, yaml) => {
    expectHelp(`${BUILD}${yaml}\nrun: { cmd: python train.py }\n`);
  });

  it.each(BELOW_BUILD)('build.%s is taken, and at the top of a file that only builds', (_key, yaml) => {
    expectHelp(`${HEAD}build:\n  image: a\n  ${yaml}\nrun: { cmd: x }\n`);
    expectHelp(`version: 1\nkind: build\nimage: a\n${yaml}\n`);
  });

  it.each(ANSWERED)('%s is answered with what to do', (_key, text) => {
    let error: unknown;
    try {
      readFile(text);
    } catch (caught) {
      error = caught;
    }

    if (!(error instanceof UserError)) throw new Error('it is read');
    expect(error.findings.filter(({ level }) => level === 'error').map(({ hint }) => hint)).not.toContain(
      undefined,
    );
  });

  it.each(['experiment', 'job', 'build'])('kind: %s is read', (kind) => {
    const text = kind === 'build' ? 'image: a' : 'build: { image: a }\nrun: { cmd: x }';

    expectHelp(`version: 1\nkind: ${kind}\n${text}\n`);
  });
});

it.each([
  ['node_selector: { a: b }', 'runs-on'],
  ['tolerations: []', 'runs-on'],
  ['service_account: a', 'secrets'],
  ['image_pull_secrets: [a]', 'registry-auth'],
  ['secret_refs: [a]', 'secrets='],
  ['config_map_refs: [a]', 'env='],
  ['data_refs: [a]', 'mounts='],
])('%s of a cluster says what to write: %s', (line, word) => {
  const { findings } = readFile(`${BUILD}environment: { ${line} }\nrun: { cmd: x }\n`);

  expect(findings.map(({ hint = '' }) => hint.includes(word))).toEqual([true]);
});
