import { printPlatform } from '../../oci/platform.ts';
import { ANNOTATION } from '../../oci/types.ts';
import type { BuildRequest } from '../../tools/builder.ts';
import { ENGINE_REPOSITORY } from '../../tools/engine.ts';
import { csvField } from './csv-field.ts';

/** The Dockerfile's place in the context that is sent, in the one folder there that is ours. */
export const DOCKERFILE = '.jobimg/Dockerfile';

/** What a build takes from this machine and from its caller, beside the request itself. */
export interface BuildSettings {
  readonly builder?: string | undefined;
  readonly cacheFrom: readonly string[];
  readonly cacheTo: readonly string[];
  /** The whole network of the host, for a server on loopback that a step needs. */
  readonly hostNetwork: boolean;
  /** Predefined build arguments: in no history, no cache key and no id. */
  readonly proxies: ReadonlyMap<string, string>;
  readonly secrets: readonly SecretSource[];
}

/** Where buildx reads a secret from; a value is handed over in its environment. */
export type SecretSource = { readonly id: string } & ({ readonly file: string } | { readonly value: string });

/** A build for an image, or for a folder of files that is read and removed. */
export interface BuildJob extends Omit<BuildRequest, 'to'> {
  readonly to: BuildRequest['to'] | { readonly kind: 'folder'; readonly folder: string };
  /** Whether an image is pushed under its tag, and not by its digest alone. */
  readonly tagged?: boolean;
}

export interface Invocation {
  /** What follows `docker buildx`. */
  readonly args: readonly string[];
  /** Values that the arguments name. */
  readonly env: Readonly<Record<string, string>>;
}

/** The one way an image is built; every option decides bytes of the digest or keeps something out of them. */
export function renderInvocation(
  request: BuildJob,
  settings: BuildSettings,
  metadataFile: string,
): Invocation {
  const { plan } = request;
  const buildArgs = renderBuildArgs(plan.args);
  const secrets = renderSecrets(settings.secrets);
  const args = [
    'build',
    '--progress=rawjson',
    ...(settings.builder === undefined ? [] : ['--builder', settings.builder]),
    ...['--platform', printPlatform(plan.platform)],
    // An attestation holds times: it would give the index another digest at each build.
    ...['--provenance=false', '--sbom=false'],
    ...renderOutput(request),
    ...['--metadata-file', metadataFile],
    ...(request.noCache ? ['--no-cache'] : []),
    ...(request.to.kind === 'folder' ? [] : cacheArguments(settings)),
    ...(settings.hostNetwork ? ['--network', 'host', '--allow', 'network.host'] : []),
    ...[...settings.proxies.keys()].flatMap((name) => ['--build-arg', name]),
    ...buildArgs.args,
    ...secrets.args,
    ...(plan.access?.ssh ? ['--ssh', 'default'] : []),
    ...(plan.target === undefined ? [] : ['--target', plan.target]),
    ...['--file', DOCKERFILE, '-'],
  ];
  const env = { ...buildArgs.env, ...secrets.env, ...Object.fromEntries(settings.proxies) };
  return { args, env: { ...env, SOURCE_DATE_EPOCH: String(plan.epoch) } };
}

function renderOutput(request: BuildJob): readonly string[] {
  const { plan, to, id } = request;
  if (to.kind === 'folder') return ['--output', csv('type=local', `dest=${to.folder}`)];
  const carried = sorted(new Map([...plan.annotations, [ANNOTATION.id, id]]));
  if (to.kind === 'engine') {
    const name = `${ENGINE_REPOSITORY.registry}/${ENGINE_REPOSITORY.path}:${to.tag}`;
    return ['--load', '--tag', name, ...carried.flatMap(([key, value]) => ['--label', `${key}=${value}`])];
  }
  const name = `${to.repository.registry}/${to.repository.path}`;
  const fields = [
    'type=image',
    ...nameFields(request.tagged === true ? `${name}:${to.tag}` : name, request.tagged === true),
    'push=true',
    // Also makes `rewrite-timestamp` work on the docker driver, where a stored image would be unpacked.
    'store=false',
    'oci-mediatypes=true',
    `compression=${plan.compression}`,
    'rewrite-timestamp=true',
    ...carried.map(([key, value]) => `annotation.${key}=${value}`),
  ];
  return ['--output', fields.map(csvField).join(',')];
}

/** https://github.com/moby/buildkit#imageregistry: without a tag only the digest leads to what was pushed. */
function nameFields(name: string, tagged: boolean): readonly string[] {
  return [`name=${name}`, ...(tagged ? [] : ['push-by-digest=true', 'name-canonical=true'])];
}

/** Names of the child's own variables, and of its loader's: with such a name the value stands in the arguments. */
const RESERVED =
  /^(?:LD_|DYLD_|DOCKER|BUILDX|BUILDKIT|JOBIMG|GO[A-Z]|GRPC|OTEL|SSL_|XDG_|AWS_|AZURE_|ACTIONS_|GITHUB_|KUBE|SSH_|MALLOC_|GLIBC_|PATH$|HOME$|TMP|TEMP|LANG|LC_|SOURCE_DATE_EPOCH$)|_PROXY$/i;

/** Values go by name through the environment: argv is readable for everyone on the machine. */
function renderBuildArgs(values: ReadonlyMap<string, string>): Invocation {
  const env: Record<string, string> = {};
  const args = sorted(values).flatMap(([name, value]) => {
    if (RESERVED.test(name)) return ['--build-arg', `${name}=${value}`];
    env[name] = value;
    return ['--build-arg', name];
  });
  return { args, env };
}

/** Under names of ours, so that no secret's name can mean something to buildx or to the loader. */
function renderSecrets(secrets: readonly SecretSource[]): Invocation {
  const env: Record<string, string> = {};
  const args = secrets.flatMap((secret, index) => {
    if ('file' in secret) return ['--secret', csv(`id=${secret.id}`, `src=${secret.file}`)];
    const name = `JOBIMG_SECRET_${index}`;
    env[name] = secret.value;
    return ['--secret', csv(`id=${secret.id}`, `env=${name}`)];
  });
  return { args, env };
}

/** They are of images: what is thrown away would take their place. */
function cacheArguments({ cacheFrom, cacheTo }: BuildSettings): readonly string[] {
  return [
    ...cacheFrom.flatMap((source) => ['--cache-from', source]),
    ...cacheTo.flatMap((target) => ['--cache-to', tolerant(target)]),
  ];
}

/** A cache that cannot be written never fails a build; `inline` writes none. */
function tolerant(target: string): string {
  if (!target.includes('=')) return csv('type=registry', `ref=${target}`, 'ignore-error=true');
  if (/(?:^|,)(?:ignore-error=|type=inline(?:,|$))/.test(target)) return target;
  return `${target},ignore-error=true`;
}

function csv(...fields: readonly string[]): string {
  return fields.map(csvField).join(',');
}

function sorted(map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}
