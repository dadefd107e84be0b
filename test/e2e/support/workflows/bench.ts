import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type ArtifactService, startArtifactService } from '../../../fakes/artifact-service.ts';
import { type Parts, startParts } from '../parts.ts';
import { type Files, type Repository, repositoryWith } from '../repository.ts';
import { type Act, startAct } from './act.ts';

const run = promisify(execFile);
const EXAMPLES = fileURLToPath(new URL('../../../../examples/workflows', import.meta.url));

export const TRAIN = `import os, sys
print("trained with", *sys.argv[1:], "and a token" if os.environ.get("HF_TOKEN") else "")
os.makedirs("outputs", exist_ok=True)
open("outputs/model.bin", "w").write("weights")
`;

/** The engine, a registry, the service for artifacts, and the program that executes workflows with them. */
export interface Bench {
  readonly parts: Parts;
  readonly artifacts: ArtifactService;
  readonly act: Act;
  /** Of the images that were pushed. */
  tags(): Promise<readonly string[]>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Each test file has a registry of its own, by this name. */
export async function startBench(name: string, program: string): Promise<Bench> {
  const parts = await startParts({ name, auth: 'none' });
  await addContext('lab', parts);
  const artifacts = await startArtifactService();
  const act = await startAct({
    program,
    registry: `${parts.registry.host}/acme/train`,
    env: { ...parts.env, ...artifacts.env, JOBIMG_DEFAULTS: parts.defaults, JOBIMG_ALLOW_CONTEXTS: 'lab' },
  });
  return {
    parts,
    artifacts,
    act,
    async tags() {
      const answer = await fetch(`http://${parts.registry.host}/v2/acme/train/tags/list`);
      return ((await answer.json()) as { readonly tags?: readonly string[] }).tags ?? [];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([act, artifacts, parts].map((one) => one[Symbol.asyncDispose]()));
    },
  };
}

/** Another context of Docker, as the operator of a runner makes one for a machine elsewhere. */
async function addContext(name: string, parts: Parts): Promise<void> {
  const env = { ...process.env, ...parts.env };
  // One of an earlier run of the tests may be there.
  await run('docker', ['context', 'rm', '--force', name], { env });
  await run('docker', ['context', 'create', name, '--docker', `host=${parts.env['DOCKER_HOST']}`], { env });
}

export interface Example {
  readonly workflow: string;
  readonly repository: Repository;
}

/** With the spec that its first lines name; without GPUs, which the engine of the tests has not. */
export async function exampleOf(name: string, changes: Files = {}): Promise<Example> {
  const workflow = await readFile(join(EXAMPLES, name), 'utf8');
  const [, comment = ''] = /jobimg\.yml of this example:\n((?:# {3}.*\n)+)/.exec(workflow) ?? [];
  const spec = comment.replaceAll(/^# {3}/gm, '').replaceAll(/^gpu:.*\n/gm, '');
  const repository = await repositoryWith({ files: { 'jobimg.yml': spec, 'train.py': TRAIN, ...changes } });
  return { workflow, repository };
}
