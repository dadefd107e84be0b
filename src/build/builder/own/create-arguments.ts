import { csvField } from '../../arguments/csv-field.ts';
import { BUILDER, MARK } from './container.ts';
import { type BuilderSettings, fingerprintOf, TRUST_HOST } from './settings.ts';

/** Where buildx puts the certificates of a registry: https://docs.docker.com/build/buildkit/configure/#registry-certificates */
const CERTIFICATES = '/etc/buildkit/certs';

interface Files {
  /** The `buildkitd.toml`. */
  readonly config: string;
  /** The name, without its folder, of the file that has the certificates for a host. */
  readonly nameOf: (host: string) => string;
}

/** What follows `docker buildx` to make the builder: https://docs.docker.com/build/builders/drivers/docker-container/ */
export function createArguments(settings: BuilderSettings, files: Files): readonly string[] {
  const { image, hostNetwork, trusts, proxies } = settings;
  const variables = new Map([
    [MARK.image, image],
    [MARK.settings, fingerprintOf(settings)],
    ...(trusts
      ? [['SSL_CERT_FILE', `${CERTIFICATES}/${TRUST_HOST}/${files.nameOf(TRUST_HOST)}`] as const]
      : []),
    ...proxies,
  ]);
  const options = [
    `image=${image}`,
    ...(hostNetwork ? ['network=host'] : []),
    ...[...variables].map(([name, value]) => `env.${name}=${value}`),
  ];
  return [
    'create',
    ...['--name', BUILDER, '--driver', 'docker-container'],
    // Each option is read as a line of CSV.
    ...options.flatMap((option) => ['--driver-opt', csvField(option)]),
    ...['--buildkitd-config', files.config],
  ];
}
