import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createEngine } from '../../src/io/engine/engine.ts';
import { EngineError } from '../../src/io/engine/error.ts';
import { engineHost } from '../../src/io/engine/host.ts';
import { readTextFile } from '../../src/io/fs/text-file.ts';
import { parseReference } from '../../src/oci/reference.ts';
import { outcomeOf } from '../backends/contract.ts';
import { dockerOn, runPlan } from '../backends/docker-bench.ts';
import { type Parts, startParts } from './support/parts.ts';
import { startTlsEngine, type TlsEngine } from './support/servers/tls-engine.ts';

describe('an engine behind TLS', () => {
  let parts: Parts;
  let tls: TlsEngine;
  let home: string;
  beforeAll(async () => {
    parts = await startParts({ name: 'tls', auth: 'none', bases: ['busybox'] });
    tls = await startTlsEngine();
    home = await mkdtemp(join(tmpdir(), 'jobimg-home-'));
  });
  afterAll(async () => {
    await tls?.stop();
    await parts?.[Symbol.asyncDispose]();
    await rm(home, { recursive: true, force: true });
  });

  const hostOf = (env: Readonly<Record<string, string>>) =>
    engineHost({ env, home, readText: readTextFile, exists: async () => false });

  const byVariables = (certificates: string) =>
    hostOf({ DOCKER_HOST: tls.url, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates });

  /** What a user is told who has these certificates. */
  async function refusal(files: Readonly<Record<string, string>>): Promise<EngineError> {
    const folder = await mkdtemp(join(home, 'certificates-'));
    for (const [name, from] of Object.entries(files)) await cp(join(from, name), join(folder, name));
    const answer = createEngine(await byVariables(folder)).json({ method: 'GET', path: '/info' });
    const error: unknown = await answer.catch((reason: unknown) => reason);
    if (error instanceof EngineError) return error;
    throw new Error(`no refusal: ${JSON.stringify(error)}`);
  }

  it('runs a job for who has a certificate', async () => {
    const reference = parseReference(parts.busybox?.reference ?? '');
    const image = {
      ...reference,
      tag: undefined,
      digest: `sha256:${parts.busybox?.digest.slice(7)}`,
    } as const;
    const { backend } = dockerOn(await byVariables(tls.certificates));
    const options = {
      backend: { name: 'docker', options: { network: 'none' } },
      secrets: ['SECRET'],
    } as const;
    const plan = runPlan(image, { kind: 'shell', shell: 'sh', text: 'echo hello' }, options);
    const handle = await backend.submit(plan, backend.intentOf(plan));

    const outcome = await outcomeOf(backend.follow(handle, new AbortController().signal));
    await backend.clean(handle);

    expect(outcome).toMatchObject({ stdout: 'hello\n', verdict: { reason: 'succeeded' } });
  });

  it('is reached by a Docker context with certificates of its own', async () => {
    const id = createHash('sha256').update('gpu-box').digest('hex');
    const meta = join(home, '.docker/contexts/meta', id);
    const material = join(home, '.docker/contexts/tls', id, 'docker');
    await Promise.all([meta, material].map((folder) => mkdir(folder, { recursive: true })));
    await writeFile(
      join(meta, 'meta.json'),
      JSON.stringify({ Name: 'gpu-box', Endpoints: { docker: { Host: tls.url } } }),
    );
    for (const name of ['ca.pem', 'cert.pem', 'key.pem'])
      await cp(join(tls.certificates, name), join(material, name));

    const host = await hostOf({ DOCKER_CONTEXT: 'gpu-box' });

    expect(await createEngine(host).json({ method: 'GET', path: '/info' })).toMatchObject({
      OSType: 'linux',
    });
  });

  it('tells who has no certificate what is missing', async () => {
    const error = await refusal({ 'ca.pem': tls.certificates });

    expect(error.findings[0]?.hint).toContain('put cert.pem and key.pem into DOCKER_CERT_PATH');
  });

  it('tells who has a certificate of another authority the same', async () => {
    const error = await refusal({
      'ca.pem': tls.certificates,
      'cert.pem': tls.foreign,
      'key.pem': tls.foreign,
    });

    expect(error.findings[0]?.hint).toContain('a certificate of its own authority');
  });

  it('is not believed when another authority vouches for it', async () => {
    const error = await refusal({
      'ca.pem': tls.foreign,
      'cert.pem': tls.certificates,
      'key.pem': tls.certificates,
    });

    expect(error.message).toContain(`no Docker engine answers at ${tls.url} (DOCKER_HOST)`);
    expect(error.findings[0]?.hint).toContain('of an authority that is not trusted here');
  });
});
