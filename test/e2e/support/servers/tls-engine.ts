import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineApi } from '../../../../src/io/engine/api.ts';
import { createEngine } from '../../../../src/io/engine/engine.ts';
import { engineHost } from '../../../../src/io/engine/host.ts';
import { readTextFile } from '../../../../src/io/fs/text-file.ts';
import { engineFiles } from '../../../engine/docker/dockerd.ts';
import { command } from '../../../engine/machine/command.ts';
import { unmountIn } from '../../../engine/machine/mounts.ts';
import { freePort } from '../../../engine/machine/port.ts';
import { ensureParts } from '../../../engine/parts/parts.ts';

/** A real engine that listens on TCP, and takes no client without a certificate. */
export interface TlsEngine {
  /** `tcp://127.0.0.1:<port>` */
  readonly url: string;
  /** With ca.pem, cert.pem and key.pem, as DOCKER_CERT_PATH has them. */
  readonly certificates: string;
  /** A folder of the same files from an authority that the engine has never heard of. */
  readonly foreign: string;
  stop(): Promise<void>;
}

/** Beside the engine of the tests, whose containerd it shares in a namespace of its own; its containers have no network. */
export async function startTlsEngine(): Promise<TlsEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'jobimg-tls-'));
  const [certificates, foreign] = await Promise.all([
    makeAuthority(folder, 'own'),
    makeAuthority(folder, 'foreign'),
  ]);
  const port = await freePort();
  const parts = await ensureParts();
  const name = `tls-${process.pid}`;
  const settings = {
    hosts: [`tcp://127.0.0.1:${port}`],
    tlsverify: true,
    tlscacert: join(certificates, 'ca.pem'),
    tlscert: join(certificates, 'server.pem'),
    tlskey: join(certificates, 'server-key.pem'),
    pidfile: join(folder, 'docker.pid'),
    'data-root': join(folder, 'data'),
    'exec-root': join(folder, 'exec'),
    containerd: engineFiles('main').containerd,
    'containerd-namespace': name,
    'containerd-plugins-namespace': `${name}-plugins`,
    features: { 'containerd-snapshotter': true },
    bridge: 'none',
    iptables: false,
    ip6tables: false,
  };
  await writeFile(join(folder, 'daemon.json'), JSON.stringify(settings));
  const daemon = spawn(
    join(parts.prefix, 'usr/sbin/dockerd'),
    ['--config-file', join(folder, 'daemon.json')],
    {
      env: { ...process.env, PATH: parts.path },
      stdio: 'ignore',
    },
  );
  const ended = new Promise((resolve) => daemon.once('close', resolve));
  const url = `tcp://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (daemon.exitCode !== null) throw new Error(`dockerd ended with ${daemon.exitCode}`);
    await sleep(100);
  }
  return {
    url,
    certificates,
    foreign,
    async stop() {
      await removeImages(await engineOf(url, certificates));
      daemon.kill();
      await ended;
      await unmountIn([folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function engineOf(url: string, certificates: string): Promise<EngineApi> {
  const env = { DOCKER_HOST: url, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates };
  const around = { env, home: '/', readText: readTextFile, exists: async () => false };
  return createEngine(await engineHost(around));
}

/** They would stay in the containerd that it shares. */
async function removeImages(engine: EngineApi): Promise<void> {
  const images = (await engine.json({ method: 'GET', path: '/images/json' })) as readonly { Id: string }[];
  for (const { Id } of images)
    await engine.json({ method: 'DELETE', path: `/images/${Id}`, query: { force: true } });
}

/** It listens as soon as it says anything, were it that this is no way to talk to it. */
async function answers(url: string): Promise<boolean> {
  return await createEngine({ url, source: 'the test' })
    .version()
    .then(
      () => true,
      (error: Error) => error.message.includes('answered'),
    );
}

/** A CA of its own, and certificates of it for a server on loopback and for a client. */
export async function makeAuthority(folder: string, name: string): Promise<string> {
  const to = join(folder, name);
  await mkdir(to);
  const openssl = (...words: readonly string[]) => command('openssl', words, { cwd: to });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca-key.pem',
    '-out',
    'ca.pem',
    '-subj',
    `/CN=${name}`,
    '-days',
    '2',
    // Python looks for them, as RFC 5280 asks.
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  );
  await writeFile(
    join(to, 'server.ext'),
    'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth\nauthorityKeyIdentifier=keyid\n',
  );
  await writeFile(join(to, 'client.ext'), 'extendedKeyUsage=clientAuth\n');
  for (const [role, certificate, secret] of [
    ['server', 'server.pem', 'server-key.pem'],
    ['client', 'cert.pem', 'key.pem'],
  ] as const) {
    await openssl('req', ...key, '-keyout', secret, '-out', `${role}.csr`, '-subj', `/CN=${role}`);
    const signed = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-CAcreateserial', '-extfile', `${role}.ext`];
    await openssl('x509', '-req', '-in', `${role}.csr`, ...signed, '-out', certificate, '-days', '2');
  }
  return to;
}
