import { describe, expect, it } from '@jest/globals';
import { plain } from '../../src/jobspec/yaml/node.ts';
import { linesOf, problemsOf, readJob } from './read.ts';

const GB = 1e9;
const GIB = 2 ** 30;
const D = `sha256:${'0'.repeat(64)}` as const;
const PYTHON = { registry: 'docker.io', path: 'library/python', tag: '3.12' };

describe('every field, well written', () => {
  it.each<[string, object]>([
    ['version: 1', {}],
    ['name: train-2.x', { name: 'train-2.x' }],
    ['run: python train.py', { command: { kind: 'shell', shell: 'bash', lines: [['python train.py']] } }],
    ['run: [make, ./a b]', { command: { kind: 'shell', shell: 'bash', lines: [['make'], ['./a b']] } }],
    ['run: x\nshell: sh', { command: { kind: 'shell', shell: 'sh', lines: [['x']] } }],
    [
      'command: [python, train.py, 1e-4]',
      { command: { kind: 'arguments', words: [['python'], ['train.py'], ['1e-4']] } },
    ],
    ['params: { lr: 1e-4 }', { params: new Map([['lr', { type: 'float', text: '1e-4' }]]) }],
    [
      'env: { A: 3.10, B: "x y", C: }',
      {
        env: new Map<string, unknown>([
          ['A', ['3.10']],
          ['B', ['x y']],
          ['C', undefined],
        ]),
      },
    ],
    ['secrets: [HF_TOKEN]', { secrets: [{ name: 'HF_TOKEN', required: true }] }],
    [
      'secrets: { A: { description: d, required: false }, B: }',
      {
        secrets: [
          { name: 'A', required: false, description: 'd' },
          { name: 'B', required: true },
        ],
      },
    ],
    ['image: python:3.12', { image: { kind: 'given', reference: PYTHON } }],
    [
      `image: ghcr.io/acme/train@${D}`,
      { image: { kind: 'given', reference: { registry: 'ghcr.io', path: 'acme/train', digest: D } } },
    ],
    ['code: none', { code: { mode: 'none', include: [] } }],
    [
      'code: { mode: layer, include: ["src/**", "*.py"] }',
      { code: { mode: 'layer', include: ['src/**', '*.py'] } },
    ],
    ['cpu: 4', { resources: { cpu: { min: 4, max: 4 } } }],
    ['cpu: 0.5..2', { resources: { cpu: { min: 0.5, max: 2 } } }],
    ['memory: 16GB', { resources: { memory: { min: 16 * GB, max: 16 * GB } } }],
    ['memory: 8GiB..', { resources: { memory: { min: 8 * GIB } } }],
    ['disk: 100GB', { resources: { disk: { min: 100 * GB } } }],
    ['shm: 1.5GB', { resources: { shm: 1.5 * GB } }],
    ['nodes: 1', { nodes: { count: 1, outputs: 'first' } }],
    ['nodes: 4', { nodes: { count: 4, outputs: 'first' } }],
    ['nodes: { count: 2, outputs: all }', { nodes: { count: 2, outputs: 'all' } }],
    ['timeout: 1h30m', { timeout: 5400 }],
    ['timeout: 90', { timeout: 90 }],
    ['stop-grace: 0s', { stopGrace: 0 }],
    ['queue-timeout: 2h', { queueTimeout: 7200 }],
    ['retry: { max: 0 }', {}],
    ['retry: { max: 2 }', { retry: { max: 2, on: ['no-capacity', 'interruption'], backoff: 10 } }],
    ['retry: { max: 1, on: [error], backoff: 5m }', { retry: { max: 1, on: ['error'], backoff: 300 } }],
    ['checkpoint: ./state/', { checkpoint: 'state' }],
    [
      'caches: [hf, { name: data, path: /data/, env: DATA }]',
      {
        caches: [
          {
            name: 'hf',
            path: '/caches/hf',
            env: 'HF_HOME',
            location: { file: 'jobimg.yml', line: 1, column: 10 },
          },
          { name: 'data', path: '/data', env: 'DATA', location: { file: 'jobimg.yml', line: 1, column: 14 } },
        ],
      },
    ],
    ['inputs: {}\nmounts: []\ncaches: []', {}],
    ['outputs: [out/, m.json]', { outputs: { paths: [['out/'], ['m.json']], declared: true } }],
    ['outputs: { paths: [./out] }', { outputs: { paths: [['out']], declared: true } }],
    ['outputs: []', { outputs: { paths: [], declared: true } }],
    ['metrics: m.csv', { metrics: { path: 'm.csv' } }],
    ['metrics: { stdout: "loss=(\\\\d+)" }', { metrics: { stdout: 'loss=(\\d+)' } }],
    ['runs-on: gpu', { runsOn: { labels: ['gpu'] } }],
    ['runs-on: [self-hosted, gpu]', { runsOn: { labels: ['self-hosted', 'gpu'] } }],
    ['runs-on: { group: a, labels: b }', { runsOn: { group: 'a', labels: ['b'] } }],
    ['backend: docker', { backend: { name: 'docker', options: {} } }],
    ['backend: { docker: }', { backend: { name: 'docker', options: {} } }],
    ['backend: { docker: { network: none } }', { backend: { name: 'docker', options: { network: 'none' } } }],
    [
      'backend: { docker: { context: gpu-box, devices: [0, GPU-1a] } }',
      { backend: { name: 'docker', options: { context: 'gpu-box', devices: ['0', 'GPU-1a'] } } },
    ],
    ['preflight: warn', { preflight: 'warn' }],
  ])('%s', (text, expected) => {
    expect(readJob(text)).toMatchObject(expected);
  });

  it.each<[string, object]>([
    ['base: python:3.12', { base: PYTHON }],
    [
      'dockerfile: docker/gpu.Dockerfile',
      { dockerfile: { path: 'docker/gpu.Dockerfile', context: '.', args: new Map() } },
    ],
    [
      'dockerfile: D\n  target: t\n  context: sub/\n  args: { A: 1.10 }',
      { dockerfile: { path: 'D', target: 't', context: 'sub', args: new Map([['A', '1.10']]) } },
    ],
    ['python: 3.10', { python: '3.10' }],
    ['requirements: none', { requirements: 'none' }],
    ['requirements: a/b.txt', { requirements: ['a/b.txt'] }],
    ['requirements: [a.txt, b.txt]', { requirements: ['a.txt', 'b.txt'] }],
    [
      'packages: ["torch==2.8.0", "numpy>=2,<3", "x[a,b]; python_version < \'3.12\'", "p @ https://h/p.whl"]',
      {
        packages: ['torch==2.8.0', 'numpy>=2,<3', "x[a,b]; python_version < '3.12'", 'p @ https://h/p.whl'],
      },
    ],
    ['packages: ["a>=1,", "b (>=1, <2 ,); os_name"]', { packages: ['a>=1,', 'b (>=1, <2 ,); os_name'] }],
    ['conda: auto', {}],
    [
      'apt: [ffmpeg, "git=1:2.39.5-0+deb12u2", "libc6:amd64"]',
      { apt: ['ffmpeg', 'git=1:2.39.5-0+deb12u2', 'libc6:amd64'] },
    ],
    ['apt: []', { apt: [] }],
    ['install: project', { install: 'project' }],
    [
      'env: { OMP: 1, TOKENIZERS_PARALLELISM: false }',
      {
        env: new Map([
          ['OMP', '1'],
          ['TOKENIZERS_PARALLELISM', 'false'],
        ]),
      },
    ],
    ['secrets: [T]', { secrets: [{ name: 'T', env: 'T' }] }],
    [
      'secrets: { A: , B: { target: /root/.netrc }, C: { env: X, file: s/c } }',
      {
        secrets: [
          { name: 'A', env: 'A' },
          { name: 'B', target: '/root/.netrc' },
          { name: 'C', env: 'X', file: 's/c' },
        ],
      },
    ],
    ['isolated: false', { isolated: false }],
    ['isolated: true', { isolated: true }],
    [
      'index: { url: https://x/simple }',
      { index: { url: 'https://x/simple', extra: [], secret: undefined } },
    ],
    [
      'index: { url: https://x/a, extra: [https://y/b], secret: T }',
      { index: { url: 'https://x/a', extra: ['https://y/b'], secret: { name: 'T' } } },
    ],
    [
      'index: { url: "http://127.0.0.1:8/", secret: T }\n  secrets: { T: { file: .token } }',
      { index: { url: 'http://127.0.0.1:8/', extra: [], secret: { name: 'T', env: 'T', file: '.token' } } },
    ],
    ['git: { token: T }', { git: { name: 'T' } }],
    ['ssh: [default]', { ssh: true }],
    ['ssh: []', { ssh: undefined }],
    ['user: 1000:1000', { user: '1000:1000' }],
    ['user: root', { user: 'root' }],
    ['workdir: /srv/job/', { workdir: '/srv/job' }],
    ['cuda: none', { cuda: 'none' }],
    ['cuda: 12.10', { cuda: '12.10' }],
    ['devel: runtime', { devel: 'runtime' }],
    ['platforms: [linux/arm64]', { platforms: [{ os: 'linux', architecture: 'arm64' }] }],
    [
      'platforms: [linux/armhf, linux/x86_64, linux/arm64/v8, linux/amd64]',
      {
        platforms: [
          { os: 'linux', architecture: 'amd64' },
          { os: 'linux', architecture: 'arm', variant: 'v7' },
          { os: 'linux', architecture: 'arm64' },
        ],
      },
    ],
    ['lang: en_US.UTF-8', { lang: 'en_US.UTF-8' }],
    ['labels: { org.acme.team: "a $b \\" c" }', { labels: new Map([['org.acme.team', 'a $b " c']]) }],
    ['compression: gzip', { compression: 'gzip' }],
    ['lock: use', {}],
  ])('image: %s', (text, expected) => {
    const job = readJob(`image:\n  ${text}\n`);

    expect(job.image).toMatchObject({ kind: 'built', ...expected });
    expect(job.image).toMatchObject(expected);
  });

  it('keeps where each build step was written', () => {
    const { image } = readJob(
      'image:\n  build:\n    - make\n    - { run: pip install x, secrets: [T], env: { A: 1 } }\n  secrets: [T]\n',
    );

    expect(image).toMatchObject({
      build: [
        { run: 'make', env: new Map(), origin: { file: 'jobimg.yml', line: 3, column: 7 } },
        { run: 'pip install x', secrets: ['T'], env: new Map([['A', '1']]), origin: { line: 4, column: 14 } },
      ],
    });
  });
});

describe('gpu', () => {
  const one = { min: 1, max: 1 };

  it.each<[string, object | undefined]>([
    ['none', undefined],
    ['0', undefined],
    ['2', { count: { min: 2, max: 2 }, names: [] }],
    ['1..4', { count: { min: 1, max: 4 } }],
    ['24GB', { count: one, memory: { min: 24 * GB } }],
    ['24GB..80GB', { memory: { min: 24 * GB, max: 80 * GB } }],
    ['24..80GB', { memory: { min: 24 * GB, max: 80 * GB } }],
    ['A100', { count: one, names: ['A100'] }],
    ['H100:8', { count: { min: 8, max: 8 }, names: ['H100'] }],
    ['8:H100', { count: { min: 8, max: 8 }, names: ['H100'] }],
    ['A100:80GB:2', { count: { min: 2, max: 2 }, names: ['A100'], memory: { min: 80 * GB } }],
    ['L4,A10G', { names: ['L4', 'A10G'] }],
    ['{ memory: 16GiB, optional: true }', { count: one, memory: { min: 16 * GIB }, optional: true }],
    [
      '{ count: 2, names: [H100], compute-capability: 9.0, vendor: nvidia }',
      {
        count: { min: 2, max: 2 },
        names: ['H100'],
        computeCapability: '9.0',
        vendor: 'nvidia',
        optional: false,
      },
    ],
  ])('%s', (text, expected) => {
    const { gpu } = readJob(`gpu: ${text}`).resources;

    if (expected === undefined) expect(gpu).toBeUndefined();
    else expect(gpu).toMatchObject(expected);
  });
});

describe('every field, badly written, at its place', () => {
  it.each<readonly [string, string | undefined]>([
    ['version: 2', '1:10 version: "2" is not a version of this format'],
    ['name: Train', '1:7 name: "Train" is not a name of a job'],
    ['name: all', '1:7 name: no job can be called "all"'],
    ['run: {}', '1:6 run: expected one value or a list, found a mapping'],
    ['run:', '1:5 "run" has no value'],
    ['run: []', '1:6 run: the list is empty'],
    ['run: x\ncommand: [y]', '2:10 "run" and "command" cannot be used together'],
    ['command: python x', '1:10 command: expected a list, found one value'],
    ['command: ["a\\0"]', '1:11 command.0: a NUL character'],
    ['shell: zsh', '1:8 shell: "zsh" is not one of bash, sh'],
    ['params: { 1x: 2 }', '1:11 params: "1x" is not a name of a param'],
    ['params: { x: [1] }', '1:14 params.x: expected one value or a mapping, found a list'],
    ['env: { A-B: 1 }', '1:8 env: "A-B" is not a name of a variable'],
    ['env: { JOBIMG_X: 1 }', '1:8 env: the variable "JOBIMG_X" is set by jobimg itself'],
    ...['ACTIONS_RUNTIME_TOKEN', 'RUNNER_TOKEN', 'INPUT_REGISTRY_AUTH'].flatMap(
      (name): [string, string][] => [
        [
          `env: { ${name}: }`,
          `1:${10 + name.length} env.${name}: "${name}" belongs to the runner, and is never passed to a job`,
        ],
        [
          `secrets: [${name}]`,
          `1:11 secrets.0: "${name}" belongs to the runner, and is never passed to a job`,
        ],
        [
          `secrets: { ${name}: }`,
          `1:12 secrets: "${name}" belongs to the runner, and is never passed to a job`,
        ],
      ],
    ),
    ['env: { RUNNER_UP: 3 }', undefined],
    [
      'inputs: { x: .git/config }',
      '1:14 inputs.x: the path ".git/config" is in ".git", which is not part of the code',
    ],
    [
      'inputs: [{ name: x, from: a/.GIT/config }]',
      '1:27 inputs.0.from: the path "a/.GIT/config" is in ".git", which is not part of the code',
    ],
    [
      'code: { include: [.git/**] }',
      '1:19 code.include.0: the path ".git/**" is in ".git", which is not part of the code',
    ],
    ['env: { A: [1] }', '1:11 env.A: expected one value, found a list'],
    ['env: { A: 1 }\nsecrets: [A]', '1:11 "A" is in "env" and in "secrets"'],
    ['env: { A: "{{ env.B }}", B: "{{ env.A }}" }', '1:11 env: A uses B uses A'],
    ['secrets: HF_TOKEN', '1:10 secrets: expected a list or a mapping, found one value'],
    ['secrets: [a b]', '1:11 secrets.0: "a b" is not a name of a secret'],
    ['secrets: { A: { value: x } }', '1:17 unknown key "value" in "secrets.A"'],
    [
      'image: Python:3',
      '1:8 image: "Python:3" is not an image reference: the name of a repository is lower case',
    ],
    ['image: [x]', '1:8 image: expected one value or a mapping, found a list'],
    ['code: copy', '1:7 code: "copy" is not one of layer, mount, none'],
    ['code: { include: [../x] }', '1:19 code.include.0: the path "../x" leaves the repository'],
    ['gpu: "?"', '1:6 gpu: "?" is not a GPU'],
    ['gpu: 24', undefined],
    ['gpu: 3090', '1:6 gpu: 3090 GPUs are more than one machine has'],
    ['gpu: 24G', '1:6 gpu: "G" in "24G" is not a unit of size'],
    ['gpu: "1:2"', '1:6 gpu: "1:2" gives the count twice'],
    ['gpu: "A100:"', '1:6 gpu: "A100:" has nothing between two colons'],
    ['gpu: [A100]', '1:6 gpu: expected one value or a mapping, found a list'],
    ['gpu: { count: 0 }', '1:15 gpu.count: "0" means no GPU'],
    ['gpu: { model: A100 }', '1:8 unknown key "model" in "gpu"'],
    ['cpu: 0', '1:6 cpu: "0" is not a number of CPUs'],
    ['cpu: 8..4', '1:6 cpu: "8..4" begins above its end'],
    ['memory: 16', '1:9 memory: the size "16" has no unit'],
    ['memory: 16 gigs', '1:9 memory: "16 gigs" is not a size'],
    ['memory: ..', '1:9 memory: ".." has no end'],
    ['shm: 0GB', '1:6 shm: "0GB" is no space at all'],
    ['timeout: soon', '1:10 timeout: "soon" is not a duration'],
    ['timeout: 0', '1:10 timeout: "0" is no time at all'],
    ['timeout: 9999d', '1:10 timeout: "9999d" is longer than a year'],
    ['timeout: 1m1h', '1:10 timeout: "1m1h" is not a duration'],
    ['outputs: outputs/', '1:10 outputs: expected a list or a mapping, found one value'],
    ['outputs: [/tmp]', '1:11 outputs.0: the path "/tmp" is absolute'],
    ['outputs: [a/../../b]', '1:11 outputs.0: the path "a/../../b" leaves the repository'],
    ['outputs: [.]', '1:11 outputs.0: "." is the whole folder'],
    ['outputs: ["*.pt"]', '1:11 outputs.0: "*.pt" is a pattern'],
    ['metrics: runs/*/metrics.csv', '1:10 metrics: "runs/*/metrics.csv" is a pattern'],
    ['metrics: outputs/', '1:10 metrics: "outputs/" is a folder'],
    ['outputs: ["~/x"]', '1:11 outputs.0: the path "~/x" begins in a home folder'],
    ['metrics: ../m.json', '1:10 metrics: the path "../m.json" leaves the repository'],
    [
      'metrics: { stdout: "(" }',
      '1:20 metrics.stdout: the pattern "(" of "metrics" cannot be used: it is not a regular expression',
    ],
    ['runs-on: []', '1:10 runs-on: the list is empty'],
    ['backend: dokcer', '1:10 backend: "dokcer" is not a backend'],
    ['backend: { docker: { privileged: true } }', '1:22 unknown key "privileged" in "backend.docker"'],
    ['backend: { docker: { host: "tcp://box:2375" } }', '1:22 unknown key "host" in "backend.docker"'],
    [
      'backend: { docker: { context: "tcp://box:2375" } }',
      '1:31 backend.docker.context: "tcp://box:2375" is an address, and a spec may not contain one',
    ],
    ['backend: { docker: { context: ../x } }', '1:31 backend.docker.context: "../x" is not a Docker context'],
    ['backend: { docker: { network: "a b" } }', '1:31 backend.docker.network: "a b" is not a network'],
    ['preflight: maybe', '1:12 preflight: "maybe" is not one of error, warn, off, smoke-test'],
    ['retry: { max: x }', '1:15 retry.max: "x" is not a whole number'],
    ['retry: { max: 101 }', '1:15 retry.max: 101 attempts are too many'],
    ['retry: { on: [error] }', '1:8 "retry.max" is missing'],
    ['retry: { max: 1, on: [] }', '1:22 retry.on: the list is empty'],
    [
      'retry: { max: 1, on: [timeout] }',
      '1:23 retry.on.0: "timeout" is not one of no-capacity, interruption, error',
    ],
    ['retry: 3', '1:8 retry: expected a mapping, found one value'],
    ['checkpoint: ../state', '1:13 checkpoint: the path "../state" leaves the repository'],
    ['checkpoint: .', '1:13 checkpoint: "." is the whole folder'],
    ['checkpoint: "{{ lr }}"', '1:13 checkpoint: "{{ lr }}" has a placeholder'],
    ['caches: [npm]', '1:10 caches.0: "npm" is not one of hf, torch, uv, pip, wandb'],
    ['caches: [hf, hf]', '1:14 two caches are named "hf"'],
    ['caches: [{ name: a, path: /proc/x }]', '1:27 caches.0.path: nothing can be mounted at "/proc/x"'],
    [
      'caches: [hf, { name: a, path: /caches/hf/hub }]',
      '1:14 the cache "a" is at "/caches/hf/hub", where there is something else',
    ],
    [
      'caches: [{ name: a, path: /data/x }]\nmounts: [{ from: /srv, to: /data }]',
      '1:10 the cache "a" is at "/data/x", where there is something else',
    ],
    ['caches: [hf]\nenv: { HF_HOME: /x }', '1:10 the cache "hf" sets "HF_HOME", which the job sets, too'],
    ['- run: x', '1:1 a spec is a mapping of keys and values'],
    ['just text', '1:1 a spec is a mapping of keys and values'],
  ])('%s', (text, expected) => {
    expect(linesOf(problemsOf(text)).filter((line) => !line.includes('not supported yet'))).toEqual(
      expected === undefined ? [] : [expected],
    );
  });

  it.each([
    ['base: "python:3 AS x"', '2:9 image.base: "python:3 AS x" is not an image reference'],
    ['base: $BASE', '2:9 image.base: "$BASE" is not an image reference'],
    ['base: "python:3\\nRUN x"', '2:9 image.base: "python:3'],
    ['base: x:1\n  dockerfile: D', '2:9 "image.base" and "image.dockerfile" cannot be used together'],
    ['dockerfile: ../D', '2:15 image.dockerfile: the path "../D" leaves the repository'],
    ['target: t', '2:11 "image.target" belongs to your own Dockerfile'],
    ['dockerfile: D\n  target: "a b"', '3:11 image.target: "a b" is not a name of a build stage'],
    [
      'dockerfile: D\n  args: { A: "a\\nb" }',
      '3:14 image.args.A: a line break or control character in a text of one line',
    ],
    ...['BUILDKIT_SYNTAX', 'BUILDKIT_INLINE_CACHE', 'SOURCE_DATE_EPOCH', 'TARGETPLATFORM', 'BUILDARCH'].map(
      (name) => [
        `dockerfile: D\n  args: { ${name}: x }`,
        `3:11 image.args: the build argument "${name}" is the builder's own`,
      ],
    ),
    [
      'secrets: [ACTIONS_RUNTIME_TOKEN]',
      '2:13 image.secrets.0: "ACTIONS_RUNTIME_TOKEN" belongs to the runner',
    ],
    ['git: { token: RUNNER_X }', '2:17 image.git.token: "RUNNER_X" belongs to the runner'],
    [
      'dockerfile: .git/D',
      '2:15 image.dockerfile: the path ".git/D" is in ".git", which is not part of the code',
    ],
    [
      'secrets: { A: { file: .git/config } }',
      '2:25 image.secrets.A.file: the path ".git/config" is in ".git", which is not part of the code',
    ],
    ['python: latest', '2:11 image.python: "latest" is not a version'],
    ['requirements: [/etc/x]', '2:18 image.requirements.0: the path "/etc/x" is absolute'],
    ['packages: [--index-url=x]', '2:14 image.packages.0: "--index-url=x" is not a Python package'],
    ['packages: ["a,"]', '2:14 image.packages.0: "a," is not a Python package'],
    ['packages: ["a # b"]', '2:14 image.packages.0: "a # b" is not a Python package'],
    ['packages: ["a --no-deps"]', '2:14 image.packages.0: "a --no-deps" is not a Python package'],
    [
      'packages: ["a\\n-e ."]',
      '2:14 image.packages.0: a line break or control character in a text of one line',
    ],
    [
      'packages: ["a @ https://u:p@h/x"]',
      '2:14 image.packages.0: an address of a package contains a password',
    ],
    ['apt: [-o=x]', '2:9 image.apt.0: "-o=x" is not a Debian package'],
    ['apt: ["a1;id"]', '2:9 image.apt.0: "a1;id" is not a Debian package'],
    ['apt: ["a1\\u2028b"]', '2:9 image.apt.0: a line break or control character in a text of one line'],
    ['apt: ffmpeg', '2:8 image.apt: expected a list, found one value'],
    ['build: make', '2:10 image.build: expected a list, found one value'],
    ['build: [{ run: x, secrets: [T] }]', '2:31 the secret "T" is not declared'],
    ['build: [{ script: x }]', '2:11 "image.build.0.run" is missing'],
    ['install: yes', '2:12 image.install: "yes" is not one of none, project'],
    [
      'env: { API_KEY: x }',
      '2:10 image.env: "API_KEY" looks like a secret, and the image would keep its value',
    ],
    [
      'env: { UV_INDEX: "https://me:s3cret@pkg.example.com/simple" }',
      '2:20 image.env.UV_INDEX: an address with a password, and the image would keep it',
    ],
    [
      'build: [{ run: x, env: { API_KEY: x } }]',
      '2:28 image.build.0.env: "API_KEY" looks like a secret, and the image would keep its value',
    ],
    [
      'setup: [{ run: x, env: { A: "https://me:s3cret@x.example/" } }]',
      '2:31 image.setup.0.env.A: an address with a password, and the image would keep it',
    ],
    [
      'dockerfile: Dockerfile\n  args: { API_KEY: x }',
      '3:11 image.args: "API_KEY" looks like a secret, and the image would keep its value',
    ],
    [
      'dockerfile: Dockerfile\n  args: { A: "https://me:s3cret@x.example/" }',
      '3:14 image.args.A: an address with a password, and the image would keep it',
    ],
    ['env: { A: "a\\nb" }', '2:13 image.env.A: a line break or control character in a text of one line'],
    ['env: { A: }', '2:13 "image.env.A" has no value'],
    [
      'secrets: { A: { file: /root/.ssh/id } }',
      '2:25 image.secrets.A.file: the path "/root/.ssh/id" is absolute',
    ],
    ['user: "a b"', '2:9 image.user: "a b" is not a user'],
    ['workdir: work', '2:12 image.workdir: "work" is not an absolute path in the container'],
    ['workdir: /', '2:12 image.workdir: "/" is not an absolute path in the container'],
    ['workdir: /a/../b', '2:12 image.workdir: "/a/../b" is not an absolute path in the container'],
    ['platforms: [windows/amd64]', '2:15 image.platforms.0: "windows/amd64" is not a platform'],
    ['lang: "C; id"', '2:9 image.lang: "C; id" is not a locale'],
    ['labels: { dev.jobimg.id: x }', '2:13 image.labels: the label "dev.jobimg.id" is set by jobimg itself'],
    ['labels: { "a b": x }', '2:13 image.labels: "a b" is not a name of a label'],
    ['compression: lz4', '2:16 image.compression: "lz4" is not one of zstd, gzip'],
    ['pyton: 3.12', '2:3 unknown key "pyton" in "image"'],
  ])('image: %s', (text, expected) => {
    const lines = linesOf(problemsOf(`image:\n  ${text}\n`));

    expect(lines[0]?.slice(0, expected.length)).toBe(expected);
  });
});

describe('words of other tools', () => {
  it.each([
    ['target: x', 'a machine is named with "runs-on", an execution service with "backend"'],
    ['cmd: x', 'write "run" (shell text) or "command" (list of arguments)'],
    ['gpus: 1', 'write "gpu"'],
    ['environment: x', 'write "env"'],
    ['resources: {}', 'write "gpu", "cpu" and "memory" beside "run"'],
    ['mirrors: {}', 'it belongs in the defaults file (input "defaults")'],
    ['<<: {}', 'merge keys are not supported; keys beside "jobs:" are defaults for every job'],
    ['tiemout: 2h', 'did you mean "timeout"?'],
    ['run_on: x', 'did you mean "runs-on"?'],
    ['image: { pip: [x] }', 'write "packages" (list) or "requirements" (file)'],
    [
      'backend: { docker: { host: x } }',
      'the operator sets the address: DOCKER_HOST in the environment, or "context" with the name of a Docker context',
    ],
    ['params: { x: { tpye: int } }', 'did you mean "type"?'],
    ['constructor: 1', undefined],
  ])('%s', (text, hint) => {
    const [problem] = problemsOf(text);

    expect(problem?.code).toBe('unknown-key');
    if (hint !== undefined) expect(problem?.hint).toBe(hint);
  });
});

describe('the address of a package index', () => {
  it.each([
    [
      'image: { index: { url: "https://u:pw@x/simple" } }',
      '1:24 image.index.url: the address of the package index at "x" contains credentials',
    ],
    [
      'image: { index: { url: x/simple } }',
      '1:24 image.index.url: "x/simple" is not an address of a package index',
    ],
    [
      'image: { index: { url: "https://x/?a=b" } }',
      '1:24 image.index.url: the address of the package index at "x" has a query or a fragment',
    ],
    [
      'image: { index: { url: "http://x/simple", secret: T } }',
      '1:24 the credentials of the package index at "x" would go there unencrypted',
    ],
    [
      'image: { index: { url: "https://x/a", extra: ["http://y/b", "http://x/c"], secret: T } }',
      '1:61 the credentials of the package index at "x" would go there unencrypted',
    ],
  ])('is not %s', (text, expected) => {
    const problems = problemsOf(text);

    expect(linesOf(problems)).toEqual([expected]);
    expect(JSON.stringify(problems)).not.toContain('pw@');
  });

  it.each(['http://127.0.0.1:8/simple', 'http://localhost/simple'])('is %s, on loopback', (url) => {
    expect(problemsOf(`image: { index: { url: "${url}", secret: T } }`)).toEqual([]);
  });
});

describe('fields whose effect comes later', () => {
  it.each([
    ['outputs: { paths: [o], to: s3 }', '1:28 outputs.to: outputs cannot be kept at "s3"'],
    ['outputs: { paths: [o], to: "pvc:x/../y" }', '1:28 outputs.to: "pvc:x/../y" is not a claim'],
    ['backend: dstack', '1:10 backend: "dstack" is a place, and not a backend'],
    ['backend: { dstack: { fleet: gpu } }', '1:12 unknown key "dstack" in "backend"'],
    ['image: { conda: ["a; b"] }', '1:18 image.conda.0: "a; b" is not a conda package'],
    ['image: { conda: ../env.yml }', '1:17 image.conda: the path "../env.yml" leaves the repository'],
  ])('%s', (text, expected) => {
    const problems = problemsOf(text);

    expect(linesOf(problems)).toEqual([expected]);
    expect(problems[0]?.hint).toBeDefined();
  });
});

describe('retry', () => {
  it.each([
    ['retry: 3', 'write "retry: { max: 3 }", or "retry: { max: 3, on: [no-capacity, interruption, error] }"'],
    ['retry: always', 'write "retry: { max: 3 }"'],
    ['retry: { attempts: 3 }', 'write "max"'],
    ['retries: 3', 'write "retry: { max: 3 }"'],
  ])('%s is told what to write', (text, hint) => {
    expect(problemsOf(text).map((problem) => problem.hint ?? '')).toContainEqual(
      expect.stringContaining(hint),
    );
  });
});

describe('all problems', () => {
  it('are told at once, in the order of the file', () => {
    const text =
      'run: "{{ lrr }}"\ntiemout: 2h\nparams: { lr: 1 }\ngpu: 24G\nimage: { apt: [-x], env: { A_TOKEN: x } }\nretry: 1\n';

    expect(linesOf(problemsOf(text))).toEqual([
      '1:7 "{{ lrr }}" is not known',
      '2:1 unknown key "tiemout"',
      '4:6 gpu: "G" in "24G" is not a unit of size',
      '5:16 image.apt.0: "-x" is not a Debian package',
      '5:28 image.env: "A_TOKEN" looks like a secret, and the image would keep its value',
      '6:8 retry: expected a mapping, found one value',
    ]);
  });

  it('of a default are told once, however many jobs have it', () => {
    expect(linesOf(problemsOf('timeout: x\njobs:\n  a: { run: x }\n  b: { run: y }\n'))).toEqual([
      '1:10 timeout: "x" is not a duration',
    ]);
  });

  it('end their messages, however long what they quote', () => {
    const [problem] = problemsOf(`image: { apt: ["${'A'.repeat(5000)}"] }`);

    expect(problem?.message.length).toBeLessThan(500);
  });
});

it('keeps the place of every value', () => {
  const { origins } = readJob('run: x\nimage:\n  build:\n    - make\n  env: { A: 1 }\n');

  expect(origins.get('run')).toEqual({ file: 'jobimg.yml', line: 1, column: 6 });
  expect(origins.get('image.build.0')).toEqual({ file: 'jobimg.yml', line: 4, column: 7 });
  expect(origins.get('image.env.A')).toEqual({ file: 'jobimg.yml', line: 5, column: 13 });
});

it('gives plain values without their places', () => {
  const location = { file: 'x' };

  expect(plain({ kind: 'list', location, items: [{ kind: 'null', location }] })).toEqual([null]);
});
