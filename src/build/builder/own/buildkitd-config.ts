import type { RegistrySettings } from './engine-network.ts';

/** Space that the cache of a builder may take on a machine that stays. */
export const CACHE_LIMIT = '20GB';

/**
 * The text of a `buildkitd.toml`: https://docs.docker.com/build/buildkit/toml-configuration/
 * `fileOf` names the file on this machine that has the certificates for a host; buildx copies it into the builder.
 */
export function renderBuildkitdConfig(
  registries: readonly RegistrySettings[],
  fileOf: (host: string) => string,
): string {
  const worker = ['[worker.oci]', 'gc = true', `maxUsedSpace = ${quote(CACHE_LIMIT)}`];
  const sections = registries.map(({ host, mirrors, insecure, certificates }) => [
    `[registry.${quote(host)}]`,
    ...(mirrors.length === 0 ? [] : [`mirrors = [${mirrors.map(quote).join(', ')}]`]),
    ...(insecure ? ['http = true', 'insecure = true'] : []),
    ...(certificates === '' ? [] : [`ca = [${quote(fileOf(host))}]`]),
  ]);
  return `${[worker, ...sections].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A string of JSON is a basic string of TOML: https://toml.io/en/v1.0.0#string */
function quote(text: string): string {
  return JSON.stringify(text);
}
