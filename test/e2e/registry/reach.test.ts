import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { jobimg } from '../support/jobimg.ts';
import { repositoryWith } from '../support/repository.ts';

const IMAGE = `busybox@sha256:${'a'.repeat(64)}`;
const CONTEXT = createHash('sha256').update('gpu-box').digest('hex');
/** Nobody is there: https://www.rfc-editor.org/rfc/rfc5737 */
const META = JSON.stringify({ Endpoints: { docker: { Host: 'tcp://192.0.2.77:2375' } } });

/** A run that ends before an engine or a registry is asked for anything. */
async function run(spec: string, env: Readonly<Record<string, string>> = {}, word = 'run') {
  await using repository = await repositoryWith({
    files: { 'code/jobimg.yml': spec, [`docker/contexts/meta/${CONTEXT}/meta.json`]: META },
  });
  const words = [word, '--registry', 'none', '-C', `${repository.folder}/code`];
  return await jobimg([...words, '--json'], {
    env: { DOCKER_CONFIG: `${repository.folder}/docker`, ...env },
  });
}

describe('a spec', () => {
  it('sends its job to no address, and to no context that the operator does not allow', async () => {
    const job = `run: x\nimage: ${IMAGE}\n`;

    const address = await run(`${job}backend: { docker: { host: "tcp://192.0.2.77:2375" } }`);
    const context = await run(`${job}backend: { docker: { context: gpu-box } }`);

    expect(address.json.findings).toMatchObject([
      { message: 'unknown key "host" in "backend.docker"', line: 3 },
    ]);
    expect(context.json.findings).toMatchObject([
      { message: 'this machine sends no job to the context "gpu-box"', line: 3, column: 31 },
    ]);
  });

  it('sends no secret to an engine that is reached without TLS', async () => {
    const spec = `run: x\nimage: ${IMAGE}\nsecrets: [MINE]\nbackend: { docker: { context: gpu-box } }`;

    const ended = await run(spec, { JOBIMG_ALLOW_CONTEXTS: 'gpu-box', MINE: 'secret' });

    expect(ended.json.findings).toMatchObject([
      { message: 'the engine at tcp://192.0.2.77:2375 is reached without TLS, and the job has secrets' },
    ]);
  });

  it('is told at check of a pattern that could take for ever', async () => {
    const ended = await run(`run: x\nmetrics: { stdout: "(a)\\\\1" }`, {}, 'check');

    expect(ended.json.findings).toMatchObject([{ code: 'invalid-value', line: 2, column: 20 }]);
  });

  it('is no command where its texts come back as JSON', async () => {
    const spec = `run: x\nimage: ${IMAGE}\nstrategy: { matrix: { x: ["##[add-mask]sha256", "::stop-commands::y"] } }`;

    const ended = await run(spec, {}, 'plan');

    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('add-mask');
    expect(ended.stdout + ended.stderr).not.toMatch(/##\[|^\s*::/m);
  });
});
