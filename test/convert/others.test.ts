// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell are among the words
import { describe, expect, it } from '@jest/globals';
import { splitCommand } from '../../src/convert/codalab/command.ts';
import { converted, planned } from './converted.ts';

describe('a program of ZenML', () => {
  it('takes integrations by their constants, and the most of all steps', () => {
    const { spec, lines } = converted(
      'run.py',
      `from zenml import pipeline, step
from zenml.config import DockerSettings, ResourceSettings
from zenml.integrations.constants import PYTORCH_L, SKLEARN
import os
@step(settings={"docker": DockerSettings(apt_packages=["git"], required_integrations=[SKLEARN, PYTORCH_L])})
def a(): ...
@step(settings={"resources": {"gpu_count": 2, "memory": "8GB"}}, step_operator="modal")
def b(): ...
@pipeline(settings={"docker": {"environment": {"HF_TOKEN": os.environ["HF_TOKEN"], "N": 1}}, "orchestrator.vertex": v()})
def p(lr: float = 0.1): ...
p.with_options(settings={"resources": ResourceSettings(memory="16GB")})(lr=0.2)
`,
    );

    expect(spec).toBe(`run: python run.py
secrets: [HF_TOKEN]
image:
  packages: ["zenml[local]"]
  apt: [git]
  build: [zenml integration install -y sklearn pytorch_lightning]
  env:
    N: "1"
gpu: 2
memory: 16GB
`);
    expect(lines).toEqual([
      '9: environment HF_TOKEN: it stays out of the image, and the run takes it from the step',
      '7: step_operator "modal": of a stack, which ZenML chooses when it runs',
      '9: settings of "orchestrator.vertex": of a stack; choose the machine with "runs-on" or "backend"',
      '10: parameters lr (0.1): the program passes them to the pipeline; read them there from options, and add them to "params"',
    ]);
    expect(planned(spec)).toHaveLength(1);
  });

  it('uses an image as it is where nothing is to be built', () => {
    const text =
      'from zenml import pipeline\n@pipeline(settings={"docker": {"parent_image": "a/b:1", "skip_build": True}})\ndef p(): ...\n';

    const { spec } = converted('p.py', text);

    expect(spec).toBe('image: a/b:1\n');
  });

  it('keeps an address with a password out of the file', () => {
    const { spec, lines } = converted(
      'config.yaml',
      `settings:
  docker:
    environment: { UV_EXTRA_INDEX_URL: "https://me:s3cret@pkg.example.com/simple", A: "https://example.com/a:b@c" }
    runtime_environment: { HTTPS_PROXY: "http://me:s3cret@proxy.example.com:3128" }
`,
    );

    expect(spec).not.toContain('s3cret');
    expect(spec).toContain('secrets: [HTTPS_PROXY, UV_EXTRA_INDEX_URL]\n');
    expect(spec).toContain('A: https://example.com/a:b@c\n');
    expect(lines.slice(0, 2)).toEqual([
      '4: runtime_environment: HTTPS_PROXY: its address has a password, so that the run takes it from the step',
      '3: environment UV_EXTRA_INDEX_URL: it stays out of the image, and the run takes it from the step, for its address has a password; an index of packages is named by "index" below "image", and its password by "secret" there',
    ]);
  });

  it('says what becomes of the options of a build that is not done here', () => {
    const text = 'settings:\n  docker:\n    build_config:\n      build_options: { platform: linux/amd64 }\n';

    expect(converted('config.yaml', text).lines[0]).toMatch(
      /build_config: .*build_options are args, target and platforms below "image"/,
    );
  });
});

describe('runs of CodaLab', () => {
  it('take every request', () => {
    const { spec, lines } = converted('command line', '', [
      ...[
        'cl',
        'run',
        'data:0xabc',
        ':src',
        'python src/a.py {{ x }}',
        '--request-docker-image=a/b:1',
        '--request-gpus',
        '2',
      ],
      ...[
        '--request-disk',
        '10g',
        '--request-queue',
        'tag=big',
        '--request-network',
        '--request-priority',
        '5',
      ],
      ...['--tags', 'a', 'b', '-n', 'My Run', '--memoize'],
    ]);

    expect(spec).toBe(`name: my-run
run: python src/a.py {{ '{{' }} x }}
image: a/b:1
gpu: 2
disk: 10GiB
runs-on: big
`);
    expect(lines).toEqual([
      ': --request-priority: the runner decides the order',
      ': --tags: words for people',
      ': --memoize: a job is run when it is started',
      ': dependency "data:0xabc": give its address below "inputs", and read it from /inputs/data/',
      ': dependency ":src": the repository is to have it as "src"',
      ': outputs: CodaLab keeps every file of the work directory: name what comes back below "outputs" (outputs/ does by itself)',
    ]);
    expect(planned(spec)).toHaveLength(1);
  });

  it('are jobs of one spec, whatever stands around them', () => {
    const { spec } = converted(
      'sheet.md',
      "It's a worksheet.\n    $ cl run :a 'x' -n one --request-network\n% cl run --request-network --- y -z\n!cl run 'w' -n one --request-network\n",
    );

    expect(planned(spec)).toEqual(['one', 'run', 'one-2']);
    expect(spec).toContain('run: y -z\n');
  });

  it('keep a password that is set before the command out of the file', () => {
    const { spec, lines } = converted(
      'run.sh',
      `cl run 'export N=2 DB="pg://me:s3cret@db"; A=1 URL=https://me:s3cret@h/x?y python t.py --db pg://me@db' --request-network
`,
    );

    expect(spec).not.toContain('s3cret');
    expect(spec).toContain('run: export N=2; A=1 python t.py --db pg://me@db\nsecrets: [DB, URL]\n');
    expect(lines.filter((line) => line.includes('password'))).toEqual([
      '1: DB: its address has a password, so that the run takes it from the step',
      '1: URL: its address has a password, so that the run takes it from the step',
    ]);
  });

  it.each([
    ['export DB=pg://me:s3cret@db\npython t.py', 'python t.py'],
    ['export DB=pg://me:s3cret@db; python t.py', 'python t.py'],
    [
      'cd a && export DB=pg://me:s3cret@db && python t.py',
      'cd a && export DB=pg://me:s3cret@db && python t.py',
    ],
    ['N=1; export DB=pg://me:s3cret@db; python t.py', 'N=1; python t.py'],
    ['python t.py DB=pg://me:s3cret@db', 'python t.py DB=pg://me:s3cret@db'],
  ])('set variables before the first program alone: %j', (command, left) => {
    expect(splitCommand(command).text).toBe(left);
  });

  it('say where an address with a password is left', () => {
    const { spec, lines } = converted(
      'run.sh',
      `cl run 'git clone https://me:s3cret@h/x'
`,
    );

    expect(spec).toContain('s3cret');
    expect(lines).toContain(
      ': line 1 of the jobimg.yml has an address with a password: write its text into a variable of the step, the name of that below "secrets", and "$NAME" here',
    );
  });

  it('have no network that nobody asked for', () => {
    const { spec } = converted('r.sh', "cl run 'x'\n");

    expect(spec).toBe('run: x\nbackend:\n  docker:\n    network: none\n');
  });
});

describe('lines of CodaLab', () => {
  it('are told where one is in the middle of a line', () => {
    const { lines } = converted(
      'r.sh',
      "cl run 'x' -n a; cl run 'y' -n b\nif true; then cl run 'z'; fi\ncl run 'w'\n",
    );

    const told = lines.filter((line) => line.includes('in the middle of a line'));
    expect(told).toHaveLength(2);
  });
});

describe('a polyaxonfile of version 1.1', () => {
  it('takes a matrix, and what a template of Polyaxon means', () => {
    const { spec, lines } = converted(
      'p.yaml',
      `version: 1.1
kind: operation
matrix: { kind: grid, concurrency: 2, params: { lr: { kind: linspace, value: "0:1:3" }, n: { kind: choice, value: [a, b] } } }
params: { epochs: { value: 3 }, ref: { ref: ops.x, value: outputs.y } }
termination: { timeout: 60, maxRetries: 1 }
component:
  inputs: [{ name: epochs, type: int }, { name: flag, type: bool, value: false }]
  run:
    kind: job
    environment: { nodeSelector: { a: b } }
    init: [{ git: { url: "https://example.com/r", revision: v1 } }]
    container:
      image: "a/b:{{ epochs }}"
      command: ["python", "-u"]
      args: ["t.py", "{{ params.epochs.as_arg }}", "{{lr}}", "{{ n | upper }}", "{{ globals.run_outputs_path }}/m"]
      env: [{ name: S, valueFrom: { secretKeyRef: { name: a, key: b } } }, { name: P, value: "https://me:s3cret@x/" }]
      resources: { limits: { amd.com/gpu: 1, cpu: 500m, memory: 2Gi } }
`,
    );

    expect(spec).toBe(`command:
  - python
  - -u
  - t.py
  - --epochs={{ epochs }}
  - "{{ lr }}"
  - "{{ '{{' }} n | upper }}"
  - outputs/m
params:
  epochs: 3
  flag: False
  ref:
    type: string
    required: true
strategy:
  matrix:
    lr: [0, 0.5, 1]
    n: [a, b]
  max-parallel: 2
  fail-fast: false
secrets: [S, P]
image: a/b:3
gpu:
  count: 1
  vendor: amd
cpu: 0.5
memory: 2GiB
timeout: 60s
retry:
  max: 1
  on: [interruption, error]
`);
    expect(lines.map((line) => line.replace(/^\d+: /, ''))).toEqual([
      'param "ref": "outputs.y" of ops.x is known to Polyaxon alone: pass it on in the workflow',
      'run.environment: of the cluster; choose the machine with "runs-on", or give "backend: { kubernetes: … }"',
      'template "{{ n | upper }}": there is nothing like it in a job',
      'container.env.P: its address has a password, so that the run takes it from the step',
      'init.git "https://example.com/r": the job has the repository of the workflow; check that one out with "ref: v1"',
    ]);
  });

  it('has no matrix where a search draws its values', () => {
    const { spec } = converted(
      'p.yaml',
      'version: 1.1\nkind: operation\nmatrix: { kind: random, numRuns: 3, params: { lr: { kind: uniform, value: "0:1" } } }\ncomponent: { run: { container: { command: ["x", "{{ lr }}"] } } }\n',
    );

    expect(spec).toContain('params:\n  lr:\n    type: string\n    required: true\n');
    expect(spec).not.toContain('strategy');
  });
});

describe('files that are read as they are', () => {
  it('keep the params of a polyaxonfile open, and fixed where a template computes with them', () => {
    const file = (cmd: string): string =>
      `version: 1\nkind: job\nparams: { a: 0.00001, b: true }\nbuild: { image: "a:1", build_steps: [apt-get update, pip install -r requirements.txt] }\nrun: { cmd: "${cmd}" }\n`;

    const open = converted('polyaxonfile.yml', file('x {{ a }} {{ b }}'));
    const fixed = converted('polyaxonfile.yml', file('x {{ a * 2 }} | y'));

    expect(open.spec).toContain('run: x {{ a }} {{ b }}\nparams:\n  a: 1e-05\n  b: "True"\n');
    expect(open.spec).toContain('  build: [apt-get update]\n');
    expect(open.spec).toContain('  setup: [pip install -r requirements.txt]\n');
    expect(fixed.spec).toContain('command: [/bin/bash, -c, x 2e-05 | y]\n');
  });

  it('ask for what an input of a polyaxonfile has no value for', () => {
    const inputs =
      'inputs: [{ name: lr, type: float }, { name: n, type: int, default: 3, is_optional: true }]';
    const file = `version: 1\nkind: job\n${inputs}\nbuild: { image: "a:1" }\nrun: { cmd: "x {{ lr }} {{ n }}" }\n`;

    const { spec } = converted('polyaxonfile.yml', file);

    expect(spec).toContain('x {{ lr }} {{ n }}');
    expect(spec).toContain('params:\n  lr:\n    type: float\n    required: true\n  n: 3\n');
  });

  it('are a job for each step of a valohai.yaml', () => {
    const { spec, lines } = converted(
      'valohai.yaml',
      `- step:
    name: Train
    image: a:1
    command: [pip install x, "python t.py {parameters} {parameter-value:lr} \${HOME}"]
    parameters: [{ name: lr, type: float, default: 0.1 }, { name: f, type: flag }, { name: n, type: integer, min: 1 }]
    environment-variables: [{ name: KEY }]
- step: { name: Eval, image: "a:1", command: "x {{ y }}" }
`,
    );

    expect(planned(spec)).toEqual(['train', 'eval']);
    expect(spec).toContain(
      'run: [pip install x, "python t.py --lr={{ lr }} --n={{ n }} {{ lr }} ${HOME}"]\n',
    );
    expect(spec).toContain("    run: x {{ '{{' }} y }}\n");
    expect(lines).toContain('5: parameter "f": it is not passed; change "run" for another value');
  });

  it('keep passwords of a valohai.yaml out of the file', () => {
    const { spec, lines } = converted(
      'valohai.yaml',
      `- step:
    name: Train
    image: a:1
    command: python t.py
    environment-variables:
      - { name: DB, default: "pg://me:s3cret@db" }
      - { name: API_TOKEN, default: s3cret }
      - { name: MODE, default: fast }
      - { name: KEY }
`,
    );

    expect(spec).not.toContain('s3cret');
    expect(spec).toContain(
      'env:\n  MODE: fast\nsecrets:\n  KEY:\n    required: false\n  DB:\n    required: true\n  API_TOKEN:\n    required: true\n',
    );
    expect(lines).toEqual([
      '2: step "Train": DB: its address has a password, so that the run takes it from the step',
      '2: step "Train": API_TOKEN: it looks like a secret, so that the run takes it from the step',
      ': VH_OUTPUTS_DIR and its like are not set, and /valohai/outputs does not come back: have the code write to outputs/',
    ]);
  });

  it('keep passwords of a polyaxonfile out of the image', () => {
    const { spec, lines } = converted(
      'polyaxonfile.yml',
      `version: 1
kind: job
build: { image: "a:1", env_vars: [[DB, "pg://me:s3cret@db"], [API_TOKEN, s3cret], [MODE, fast]] }
params: { lr: 1 }
run: { cmd: "x {{ lr }}" }
`,
    );

    expect(spec).not.toContain('s3cret');
    expect(spec).toContain('run: x {{ lr }}\n');
    expect(spec).toContain('secrets: [DB, API_TOKEN]\n');
    expect(spec).toContain('env:\n    MODE: fast\n');
    expect(lines.filter((line) => line.includes('env_vars'))).toEqual([
      '3: env_vars: "DB" is an address with a password, and the image would keep it: the run takes it from the step',
      '3: env_vars: "API_TOKEN" looks like a secret, and the image would keep its value: the run takes it from the step',
    ]);
  });

  it('take an input of a valohai.yaml from the repository as from an address', () => {
    const { spec, lines } = converted(
      'valohai.yaml',
      `- step:
    name: Train
    image: a:1
    command: ls
    inputs:
      - { name: here, default: data/a.csv }
      - { name: there, default: "https://example.com/b.csv" }
      - { name: store, default: "s3://c/d.csv" }
`,
    );

    expect(spec).toContain('inputs:\n  here: data/a.csv\n  there: https://example.com/b.csv\n');
    expect(lines.filter((line) => line.includes('input "'))).toEqual([
      expect.stringContaining('input "store": give one address (https) or a path of the repository'),
    ]);
  });
});
