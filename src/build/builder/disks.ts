import type { BuildDisks, Disk } from '../../disk/disk.ts';
import { hasClassicStore } from '../failure/classic-store.ts';
import { readDriver } from './choice.ts';

/** What is read of `GET /info`: https://docs.docker.com/reference/api/engine/version/v1.47/ */
interface EngineInfo {
  readonly Name?: string;
  readonly DockerRootDir?: string;
  readonly Containerd?: { readonly Address?: string };
}

/** Where a builder keeps what it fetches and builds. */
export type BuilderPlace =
  | 'engine'
  /** A container of the engine, whose cache is a volume. */
  | 'container';

export interface AskedDisks {
  readonly place: BuilderPlace;
  /** Whether the builder can be removed when the engine needs its room. */
  readonly releasable: boolean;
  readonly engine: { readonly url: string; readonly info: unknown };
  /** Of this machine. */
  readonly hostName: string;
  diskOf(folder: string): Promise<Disk | undefined>;
}

/** The disks that a build writes to; undefined where they are another machine's, or cannot be told. */
export async function buildDisks({
  place,
  releasable,
  engine,
  ...machine
}: AskedDisks): Promise<BuildDisks | undefined> {
  const info = engine.info as EngineInfo;
  const { Name, DockerRootDir } = info;
  // A socket may lead to another machine, or to a virtual one, where the same paths are other disks.
  if (!engine.url.startsWith('unix://') || Name !== machine.hostName || !DockerRootDir) return undefined;
  const images = await machine.diskOf(imagesFolder(DockerRootDir, info));
  if (place === 'container') {
    const volume = await machine.diskOf(DockerRootDir);
    return volume && { builder: volume, engine: images, shared: releasable ? 'released' : 'none' };
  }
  return images && { builder: images, engine: images, shared: hasClassicStore(info) ? 'all' : 'fetched' };
}

/** The disk on which an engine of this machine unpacks images; undefined: on another machine, or nobody may ask. */
export async function engineDisk(
  info: unknown,
  { hostName, diskOf }: Pick<AskedDisks, 'hostName' | 'diskOf'>,
): Promise<Disk | undefined> {
  const { Name, DockerRootDir, ...others } = info as EngineInfo;
  if (Name !== hostName || !DockerRootDir) return undefined;
  return await diskOf(imagesFolder(DockerRootDir, others));
}

/** A containerd of the machine keeps the images of newer engines; one that the engine started, in the engine's folder. */
function imagesFolder(root: string, info: EngineInfo): string {
  const isOwn = info.Containerd?.Address !== '/run/containerd/containerd.sock';
  return isOwn || hasClassicStore(info) ? root : '/var/lib/containerd';
}

/** From the answer of `docker buildx inspect`; undefined for a builder elsewhere, or one of several nodes. */
export function readPlace(text: string, engineUrl: string): BuilderPlace | undefined {
  const driver = readDriver(text);
  if (driver === 'docker') return 'engine';
  const endpoints = [...text.matchAll(/^Endpoint:[^\S\n]*(\S*)/gm)].map(([, endpoint = '']) => endpoint);
  const [endpoint, ...others] = endpoints;
  const isHere = endpoint !== undefined && ['', 'default', engineUrl].includes(endpoint);
  return driver === 'docker-container' && others.length === 0 && isHere ? 'container' : undefined;
}
