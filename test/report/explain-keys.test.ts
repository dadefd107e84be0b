import { describe, expect, it } from '@jest/globals';
import { JOB } from '../../src/jobspec/fields/job.ts';
import { specJsonSchema } from '../../src/jobspec/reference/json-schema.ts';
import type { Rows } from '../../src/jobspec/rows/row.ts';
import { explain } from '../../src/report/explain.ts';
import { readJob } from '../jobspec/read.ts';

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

const { $defs }: { readonly $defs: { readonly job: Schema } } = JSON.parse(specJsonSchema());

/** Keys with their paths; names and numbers are `*`. */
function keysOf(schema: Schema, path = ''): readonly string[] {
  const { properties = {}, additionalProperties, items, anyOf = [] } = schema;
  const below = (key: string, member: Schema) => keysOf(member, `${path}${key}.`);
  return [
    ...Object.entries(properties).flatMap(([key, member]) => [`${path}${key}`, ...below(key, member)]),
    ...(typeof additionalProperties === 'object' ? below('*', additionalProperties) : []),
    ...(items === undefined ? [] : below('*', items)),
    ...anyOf.flatMap((form) => keysOf(form, path)),
  ];
}

/** Together they say everything that can be said; each of their names is "x", "X" or "Y". */
const SPECS = [
  `version: 1
name: x
run: python train.py
shell: sh
params:
  x: { type: float, default: 0.1, choices: [0.1, 0.2], min: 0, max: 1, required: false, description: d }
strategy:
  matrix: { x: [0.1, 0.2], include: [{ x: 0.2 }], exclude: [{ x: 0.1 }] }
  max-parallel: 2
  fail-fast: false
env: { X: a }
secrets: { Y: { description: d, required: false } }
image:
  base: python:3.12
  python: 3.12
  requirements: [requirements.txt]
  packages: [rich]
  conda: [ffmpeg]
  apt: [git]
  build: [{ run: make, secrets: [X], env: { X: a } }]
  setup: [{ run: make, secrets: [X], env: { X: a } }]
  install: project
  env: { X: a }
  secrets: { X: { env: Y, file: token.txt, target: /token } }
  index: { url: "https://example.com/simple", extra: ["https://example.com/more"], secret: X }
  git: { token: X }
  ssh: [default]
  isolated: true
  user: root
  workdir: /work
  platforms: [linux/amd64]
  cuda: 12.6
  devel: build
  lang: C
  labels: { x: a }
  compression: gzip
  lock: off
code: { mode: layer, include: ["*.py"] }
gpu: { count: 1..2, names: [A100], memory: 24GB, compute-capability: 8.0, driver: "535", vendor: nvidia, optional: true }
cpu: 4
memory: 8GB
disk: 9GB
shm: 1GB
timeout: 1h
stop-grace: 1m
queue-timeout: 2h
retry: { max: 1, on: [error], backoff: 1m }
checkpoint: state
caches: [{ name: x, path: /x, env: Z }]
nodes: { count: 2, outputs: all }
inputs:
  - { name: x, from: data.csv, sha256: ${'0'.repeat(64)}, path: y.csv }
mounts: [{ from: /data, to: /mnt, read-only: true }]
outputs: { paths: [out/] }
metrics: { stdout: loss }
runs-on: { group: g, labels: [l] }
backend: { docker: { context: box, network: none, devices: [0] } }
preflight: warn
`,
  'command: [python, train.py]\nimage: { dockerfile: Dockerfile, target: t, context: c, args: { X: a } }\n',
  `command: [python, train.py]
backend:
  kubernetes:
    context: box
    namespace: ml
    queue: gpu
    service-account: trainer
    node-selector: { x: a }
    node-affinity: [{ key: a, operator: In, values: [b] }]
    tolerations: [{ key: a, operator: Equal, value: b, effect: NoSchedule }]
    runtime-class: nvidia
    priority-class: low
    pull-secret: pull
    run-as-user: 1000
    fs-group: 1000
    cache-claim: caches
    outputs: exec
mounts: [{ from: "pvc:sets/a", to: /mnt }]
outputs: { paths: [out/], to: "pvc:results" }
`,
  `command: [python, train.py]
backend:
  slurm: { partition: gpu, account: ml, qos: high, reservation: week, constraint: a100 }
`,
  `command: [python, train.py]
backend: { command: { place: lab, options: { x: y } } }
`,
  `command: [python, train.py]
backend: { github: { place: fleet, repository: org/fleet, workflow: gpu.yml, ref: v1 } }
`,
];

const explained = new Set(
  SPECS.flatMap((text) => explain({ job: readJob(text), reasons: [] }, new Map())).map(({ path }) =>
    path
      .split('.')
      .map((part) => (/^(?:[xXY]|\d+)$/.test(part) ? '*' : part))
      .join('.'),
  ),
);

describe('explain', () => {
  const untold = new Set(untoldKeys(JOB, $defs.job));

  it.each(keysOf($defs.job).filter((key) => !untold.has(key)))('knows "%s"', (key) => {
    const isThere = [...explained].some((path) => path === key || path.startsWith(`${key}.`));

    expect(isThere).toBe(true);
  });

  it('leaves out what has no effect, and what is told in the line of its mapping', () => {
    const withoutEffect = [...untold].filter((key) => !explained.has(key.split('.').slice(0, -1).join('.')));

    expect(withoutEffect).toEqual([]);
  });
});

/** Keys that say of themselves that they have no line of their own. */
function untoldKeys(rows: Rows, schema: Schema): readonly string[] {
  const keys = keysOf(schema);
  const paths = pathsOf(rows, '');
  return keys.filter((key) => paths.has(key.replaceAll('*.', '')));
}

function pathsOf(rows: Rows, above: string): ReadonlySet<string> {
  const paths = Object.entries(rows).flatMap(([key, { shown, keys = {} }]) => {
    const below = [...pathsOf(keys, `${above}${key}.`)];
    return typeof shown === 'function' ? below : [`${above}${key}`, ...below];
  });
  return new Set(paths);
}
