import { absoluteEntries } from '../../io/fs/folders.ts';
import type { Environment, Variables } from '../../io/process/exec.ts';

/** What docker and buildx read; everything else of our environment, secrets above all, stays here. */
const ALLOWED: readonly (string | RegExp)[] = [
  'PATH',
  'HOME',
  'USER',
  'TMPDIR',
  'LANG',
  'XDG_RUNTIME_DIR',
  'SSH_AUTH_SOCK',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  /^(?:HTTPS?|NO|ALL|FTP)_PROXY$/i,
  /^DOCKER_(?:HOST|CONTEXT|CONFIG|CERT_PATH|TLS|TLS_VERIFY|API_VERSION)$/,
  /^BUILDX_(?:BUILDER|CONFIG)$/,
  /^BUILDER_NODE_\d+_AUTH_TLS_(?:CACERT|CERT|KEY)$/,
  // The kubernetes driver.
  'KUBECONFIG',
  /^KUBERNETES_SERVICE_(?:HOST|PORT)$/,
];

/** What the caches of `cache-from` and `cache-to` are reached with, given only when one of that type is named. */
const CACHE_ALLOWED: Readonly<Record<string, RegExp>> = {
  gha: /^ACTIONS_(?:CACHE_URL|RESULTS_URL|RUNTIME_TOKEN|CACHE_SERVICE_V2)$/,
  s3: /^AWS_/,
  azblob: /^AZURE_/,
};

/** The variables that buildx gets: those on a list, and what the caches in use log in with. */
export function childEnvironment(env: Variables, caches: readonly string[]): Environment {
  const forCaches = Object.entries(CACHE_ALLOWED)
    .filter(([type]) => caches.some((cache) => cache.includes(`type=${type}`)))
    .map(([, names]) => names);
  const allowed = [...ALLOWED, ...forCaches];
  const isAllowed = (name: string): boolean =>
    allowed.some((one) => (typeof one === 'string' ? one === name : one.test(name)));
  const entries = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && isAllowed(name)
      ? [[name, name === 'PATH' ? absoluteEntries(value) : value] as const]
      : [],
  );
  return Object.fromEntries(entries);
}
