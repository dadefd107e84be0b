import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { containersOf } from '../support/images/containers.ts';
import { readImage } from '../support/images/images.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { repositoryWith } from '../support/repository.ts';
import { runStep, type StepEnded, startStep } from '../support/runner.ts';
import { makeAuthority } from '../support/servers/tls-engine.ts';

const NAME = `second-${process.pid}`;
const SPEC = `jobs:
  train:
    run: |
      python train.py --lr {{ lr }} --mode "$MODE"
      echo "token $TOKEN"
      grep -c BEGIN "$SSL_CERT_FILE" > outputs/certificates.txt
      cat "$PIP_CONFIG_FILE" > outputs/pip.txt
    params: { lr: 0.1 }
    env: { MODE: }
    secrets: [TOKEN]
    timeout: 5m
  ${NAME}:
    run: echo begun; echo 7 > outputs/seven.txt; exec sleep 300
    stop-grace: 1s
    timeout: 10m
`;
const TOKEN = 'a-value-of-a-secret';

let parts: Parts;
let root: string;
let first: StepEnded;

function login(): Record<string, string> {
  const { host, username, password } = parts.registry;
  return { 'registry-auth': `- registry: ${host}\n  username: ${username}\n  password: ${password}\n` };
}

/** The first job makes the images, and its checkout is gone when the second one begins. */
beforeAll(async () => {
  parts = await startParts({ name: 'second-job', auth: 'token' });
  root = await mkdtemp(join(tmpdir(), 'jobimg-second-'));
  await mkdir(join(root, 'empty'));
  const files = { 'jobimg.yml': SPEC, 'train.py': 'import sys; print("argv", sys.argv[1:])\n' };
  await using repository = await repositoryWith({ files });
  first = await runStep({
    workspace: repository.folder,
    env: { ...parts.withoutLogin, JOBIMG_DEFAULTS: parts.defaults },
    inputs: { ...login(), registry: `${parts.registry.host}/acme/train`, job: 'all', dispatch: 'false' },
  });
});
afterAll(async () => {
  await parts?.[Symbol.asyncDispose]();
  await rm(root, { recursive: true, force: true });
});

function second(job: string, env: Readonly<Record<string, string>> = {}) {
  return {
    entry: 'run.js',
    workspace: join(root, 'empty'),
    env: {
      ...parts.withoutLogin,
      JOBIMG_STATE: join(root, 'state'),
      RUNNER_ENVIRONMENT: 'self-hosted',
      ...env,
    },
    inputs: { ...login(), from: first.outputs.get('result') ?? '', job },
  };
}

it('a second job starts what the first one made, without a checkout, behind the network of its machine', async () => {
  const authority = join(root, 'authority');
  await makeAuthority(root, 'authority');

  const { code, log, outputs, summary } = await runStep(
    second('train', {
      MODE: 'fast',
      TOKEN,
      SSL_CERT_FILE: join(authority, 'ca.pem'),
      PIP_INDEX_URL: 'https://me:index-password@pypi.example/simple',
    }),
  );

  expect([first.code, code]).toEqual([0, 0]);
  expect(first.outputs.get('result')).not.toContain(TOKEN);
  expect(log).toContain("argv ['--lr', '0.1', '--mode', 'fast']");
  expect(log).toContain('token ***');
  expect(Object.fromEntries(outputs)).toMatchObject({
    status: 'success',
    reason: 'succeeded',
    'exit-code': '0',
  });
  expect(summary).toContain('✅');
  const folder = outputs.get('outputs') ?? '';
  const read = (name: string) => readFile(join(folder, 'outputs', name), 'utf8');
  expect(Number(await read('certificates.txt'))).toBeGreaterThan(0);
  expect(await read('pip.txt')).toContain('index-url = https://me:index-password@pypi.example/simple');
  const kept = await readFile(join(folder, 'run.json'), 'utf8');
  const image = await readImage(
    parts.registry,
    JSON.parse(outputs.get('result') ?? '').jobs[0].image.reference,
  );
  expect([kept, JSON.stringify(image), log.replaceAll(/::add-mask::.*/g, '')].join('\n')).not.toMatch(
    /index-password|pypi\.example|ca\.pem/,
  );
});

it('a second job that is killed leaves its outputs to the post step, and nothing that runs', async () => {
  await using step = await startStep(second(NAME));
  await step.main.says(/^begun$/m);
  step.main.kill('SIGKILL');

  const post = await step.post();

  expect(post.code).toBe(0);
  expect(post.log).toMatch(new RegExp(`run .*${NAME}`));
  expect(await containersOf(NAME, parts.env)).toEqual([]);
});
