import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readImage } from '../support/images/images.ts';
import { jobimg, onlyJob } from '../support/jobimg.ts';
import { type Parts, startParts } from '../support/parts.ts';
import { repositoryWith } from '../support/repository.ts';
import { makeAuthority } from '../support/servers/tls-engine.ts';

describe('an own Dockerfile behind a private CA', () => {
  let parts: Parts;

  beforeAll(async () => {
    parts = await startParts({ name: 'own-certificates', auth: 'none', bases: ['python'] });
  });

  afterAll(() => parts?.[Symbol.asyncDispose]());

  it('reaches its servers by the machine’s certificates, which leave no trace', async () => {
    await using repository = await repositoryWith({ files: {} });
    const authority = await makeAuthority(repository.folder, 'authority');
    const server = await startHttps(authority);
    const address = `https://127.0.0.1:${portOf(server)}/`;
    await repository.write({
      '.dockerignore': 'authority\n',
      Dockerfile: `FROM python:3.13-slim-bookworm
RUN python -c "from urllib.request import urlopen; print('urllib', urlopen('${address}').status)"
RUN python -c "from pip._vendor import requests; print('requests', requests.get('${address}').status_code)" \\
 && rm -rf /root/.cache
`,
      'jobimg.yml': 'name: own\nrun: ls\ncode: none\nimage: { dockerfile: Dockerfile }\n',
    });
    const call = (command: string, env: Readonly<Record<string, string>>) => {
      const to = ['--registry', `${parts.registry.host}/own`, '--defaults', parts.defaults, '--json'];
      const network = { JOBIMG_BUILD_NETWORK: 'host', HTTP_PROXY: '', HTTPS_PROXY: '' };
      return jobimg([command, '-C', repository.folder, ...to], { env: { ...parts.env, ...network, ...env } });
    };

    const untrusted = await call('build', { SSL_CERT_FILE: '' });
    const trusted = await call('build', { SSL_CERT_FILE: join(authority, 'ca.pem') });
    server.close();
    const again = await call('build', { SSL_CERT_FILE: '' });

    expect(untrusted.stderr).toContain('set SSL_CERT_FILE to your company');
    expect(trusted.stderr).toMatch(/urllib 200[\s\S]*requests 200/);
    const { digest, reference } = onlyJob(trusted).image;
    expect(onlyJob(again).image.digest).toBe(digest);
    const image = await readImage(parts.registry, reference);
    expect(JSON.stringify(image)).not.toMatch(/jobimg-ca|ca\.pem|PIP_CERT/);
  });
});

async function startHttps(authority: string): Promise<Server> {
  const [key, cert] = await Promise.all(
    ['server-key.pem', 'server.pem'].map((name) => readFile(join(authority, name))),
  );
  const server = createServer({ key, cert }, (_, response) => response.end('hello\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a server has a port');
  return address.port;
}
