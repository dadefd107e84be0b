import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment } from '../io/exec.ts';
import type { BuildDisks, Disk } from '../plan/disk.ts';
import { hasClassicStore, usesEngineBuilder } from './store-check.ts';

/** What is read of `GET /info`: https://docs.docker.com/reference/api/engine/version/v1.47/ */
interface EngineInfo {
  readonly Name?: string;
  readonly DockerRootDir?: string;
  readonly Containerd?: { readonly Address?: string };
}

export interface AskedDisks {
  readonly to: 'registry' | 'engine';
  readonly builder: string | undefined;
  readonly env: Environment;
  readonly engine: { readonly url: string; readonly info: unknown };
  /** Of this machine. */
  readonly hostName: string;
  diskOf(folder: string): Promise<Disk | undefined>;
}

/** The disks that a build writes to; undefined where they are another machine's, or cannot be told. */
export async function buildDisks(asked: AskedDisks): Promise<BuildDisks | undefined> {
  const info = asked.engine.info as EngineInfo;
  const { Name, DockerRootDir } = info;
  // A socket may lead to another machine, or to a virtual one, where the same paths are other disks.
  if (!asked.engine.url.startsWith('unix://') || Name !== asked.hostName || !DockerRootDir) return undefined;
  const place = await placeOf(asked);
  if (place === undefined) return undefined;
  const engine = await asked.diskOf(imagesFolder(DockerRootDir, info));
  if (place === 'container') {
    const builder = await asked.diskOf(DockerRootDir);
    return builder && { builder, engine, shared: 'none' };
  }
  return engine && { builder: engine, engine, shared: hasClassicStore(info) ? 'all' : 'fetched' };
}

/** A containerd of the machine keeps the images of newer engines; one that the engine started, in the engine's folder. */
function imagesFolder(root: string, info: EngineInfo): string {
  const isOwn = info.Containerd?.Address !== '/run/containerd/containerd.sock';
  return isOwn || hasClassicStore(info) ? root : '/var/lib/containerd';
}

/** `container`: the builder is a container of the engine, and keeps what it has in a volume. */
async function placeOf(asked: AskedDisks): Promise<'engine' | 'container' | undefined> {
  const { to, builder, env, engine } = asked;
  if (await usesEngineBuilder(builder, env))
    return to === 'registry' && hasClassicStore(engine.info) ? 'container' : 'engine';
  const name = builder ?? env['BUILDX_BUILDER'] ?? (await currentBuilder(env));
  return name !== undefined && (await isContainerOf(name, asked)) ? 'container' : undefined;
}

interface Instance {
  readonly Driver?: string;
  readonly Nodes?: readonly { readonly Endpoint?: string }[];
}

/** One container of this engine, which buildx knows by its socket or as the engine that there is by default. */
async function isContainerOf(name: string, { env, engine }: AskedDisks): Promise<boolean> {
  const instance = (await readJson(join(env['BUILDX_CONFIG'] ?? '', 'instances', name))) as
    | Instance
    | undefined;
  const [node, ...others] = instance?.Nodes ?? [];
  if (instance?.Driver !== 'docker-container' || node === undefined || others.length > 0) return false;
  return ['', 'default', engine.url].includes(node.Endpoint ?? '');
}

async function currentBuilder(env: Environment): Promise<string | undefined> {
  const current = (await readJson(join(env['BUILDX_CONFIG'] ?? '', 'current'))) as
    | { readonly Name?: string }
    | undefined;
  return current?.Name;
}

/** undefined for a file that cannot be read: buildx tells what is wrong with it when it builds. */
async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}
