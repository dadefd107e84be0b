import type { FailureKind } from './kind.ts';

interface Sign {
  readonly kind: FailureKind;
  /** Of what was said, less what the user named. */
  readonly says: RegExp;
  readonly retries: number;
}

/** An answer of a server, as containerd, BuildKit and Docker quote it; a number alone may be anything. */
const BUSY =
  /status(?: code)?(?: from \w+ request(?: to …)?)?:? (?:408|429|50[0234])\b|\b(?:408 Request Time-?out|429 Too Many Requests|500 Internal Server Error|502 Bad Gateway|503 Service (?:Temporarily )?Unavailable|504 Gateway Time-?out)/;

/** What of a network passes. */
const AWAY =
  /too ?many ?requests|(?:^|: )(?:unexpected )?EOF\b|connection (?:reset|refused|timed out)|i\/o timeout|TLS handshake timeout|context deadline exceeded|no such host|server misbehaving|network is unreachable|no route to host|broken pipe|http2: (?:client connection|server sent GOAWAY)/im;

/** The first sign that fits decides: narrow before wide. */
export const SIGNS: readonly Sign[] = [
  // A file that an instruction reads is not there: https://github.com/moby/buildkit, cache/contenthash and solver/llbsolver/file.
  {
    kind: 'missing-file',
    says: /failed to calculate checksum of ref [^\n]*not found|failed to (?:compute|load) cache key: (?:"" not found|failed to walk|lstat|… not found|"": not found)|failed to walk …: lstat|(?:^|: )(?:lstat|failed to stat) …: no such file or directory/im,
    retries: 0,
  },
  { kind: 'step', says: /did not complete successfully/, retries: 0 },
  { kind: 'disk', says: /no space left on device|ENOSPC|disk quota exceeded/i, retries: 0 },
  // Of an engine into which two builds put the same image at once: whoever asked looks what is there now.
  { kind: 'exists', says: /image "": already exists/, retries: 0 },
  {
    kind: 'no-buildx',
    says: /buildx' is not a docker command|unknown command: docker buildx|unknown flag: --progress/,
    retries: 0,
  },
  {
    kind: 'old-buildx',
    says: /invalid progress mode|unknown flag: --(?:metadata-file|provenance|sbom|buildkitd-config)|unknown type ""/,
    retries: 0,
  },
  // Of buildx itself, before it builds anything: https://github.com/docker/buildx/blob/master/build/opt.go
  { kind: 'by-digest', says: /push-by-digest is (?:currently )?not implemented/, retries: 0 },
  { kind: 'no-builder', says: /no builder "" found|builder instance .* not found/, retries: 0 },
  // Of buildx itself, which has waited for the builder; BuildKit's own time-outs come with "failed to solve".
  {
    kind: 'no-contact',
    says: /^ERROR: (?:failed to build: )?context deadline exceeded/m,
    retries: 0,
  },
  {
    kind: 'classic-store',
    says: /containerd image store|not (?:currently )?supported (?:for|by) the docker (?:driver|exporter)|docker exporter does not/i,
    retries: 0,
  },
  {
    kind: 'frontend',
    says: /requested experimental feature .* has been disabled|failed to (?:load|resolve) frontend|invalid frontend|unsupported frontend capability/,
    retries: 0,
  },
  {
    kind: 'builder-died',
    says: /code = Unavailable|error reading from server: EOF|frontend grpc server closed unexpectedly|closing transport|no active session/,
    retries: 1,
  },
  {
    kind: 'no-daemon',
    says: /cannot connect to the docker daemon|failed to connect to the docker API|permission denied while trying to connect to the docker|error during connect/i,
    retries: 0,
  },
  {
    kind: 'certificate',
    says: /x509:|certificate signed by unknown authority|tls: failed to verify/i,
    retries: 0,
  },
  { kind: 'secret', says: /secret \S+: not found|secret \S+ too big/, retries: 0 },
  {
    kind: 'ssh',
    says: /unset ssh forward key|no SSH key "" forwarded|invalid empty ssh agent socket|no configured known hosts/,
    retries: 0,
  },
  {
    kind: 'entitlement',
    says: /(?:security\.insecure|network\.host|device) is not allowed|granting entitlement|requested by the build but not allowed/,
    retries: 0,
  },
  {
    kind: 'platform',
    says: /no match for platform in manifest|no manifest matching platform|no support for running processes with/,
    retries: 0,
  },
  { kind: 'checksum', says: /digest mismatch|expected checksum to match|checksum mismatch/, retries: 0 },
  { kind: 'download', says: /invalid response status 4\d\d/, retries: 0 },
  {
    kind: 'git',
    says: /repository does not contain ref|invalid git ref|could not find default branch|failed to find git binary|git error: [\s\S]*not found/,
    retries: 0,
  },
  {
    kind: 'denied',
    says: /pull access denied|insufficient_scope|unauthorized|authentication required|\b40[13] (?:Unauthorized|Forbidden)|denied:|missing username or secret/i,
    retries: 0,
  },
  // Registries lose their way when several builds upload the same blob at once; what is there already goes quickly.
  {
    kind: 'push',
    says: /failed to push[\s\S]*(?:blob (?:upload )?unknown|digest did not match uploaded content|digest invalid)/i,
    retries: 2,
  },
  { kind: 'network', says: BUSY, retries: 3 },
  { kind: 'network', says: AWAY, retries: 3 },
  {
    kind: 'not-found',
    says: /(?:failed to resolve source metadata|failed to load metadata|failed to copy|failed to fetch)[\s\S]*not found|manifest unknown|name unknown/i,
    retries: 0,
  },
  {
    kind: 'cache',
    says: /failed to configure .* cache|failed to load cache(?! key)|unknown cache (?:importer|exporter)|error writing (?:layer|config|manifest) blob|cache export|missing blob|(?:github actions|s3|azblob|local|remote) cache/i,
    retries: 1,
  },
  {
    kind: 'dockerfile',
    says: /dockerfile parse error|unknown instruction|failed to (?:read|parse) dockerfile|failed to process ""|target stage .* could not be found|circular dependency detected|Dockerfile cannot be empty|contains no stages|file with no instructions|failed to parse stage name|invalid from flag value|invalid reference format/i,
    retries: 0,
  },
];
