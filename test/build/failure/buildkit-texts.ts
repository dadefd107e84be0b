import type { FailureKind } from '../../../src/build/failure/kind.ts';

const REF = 'failed to compute cache key: failed to calculate checksum of ref moby::m2t8x1';

/**
 * What BuildKit, buildx and containerd write (v0.8 to v0.27), around names that a user could choose: kind, further
 * tries, a part of the hint or message, text. Sources: moby/buildkit cache/, solver/, source/, frontend/, session/.
 */
export const BUILDKIT_TEXTS: readonly (readonly [FailureKind, number, string, string])[] = [
  // A file that is not there: cache/contenthash/checksum.go, solver/llbsolver/file/backend.go.
  ['missing-file', 0, 'check the path', `${REF}: "/requirments.txt": not found`],
  ['missing-file', 0, 'check the path', `${REF}: "/ckpt-500.pt": not found`],
  ['missing-file', 0, 'check the path', `${REF}: "/unauthorized/x509: EOF": not found`],
  [
    'missing-file',
    0,
    'check the path',
    'failed to compute cache key: "/no space left on device" not found: not found',
  ],
  ['missing-file', 0, 'check the path', 'failed to load cache key: "/cache/503" not found'],
  [
    'missing-file',
    0,
    'check the path',
    'failed to compute cache key: failed to walk /var/lib/docker/tmp/buildkit-mount500/src: lstat /var/lib/docker/tmp/buildkit-mount500/src: no such file or directory',
  ],
  ['missing-file', 0, 'check the path', 'ERROR: failed to solve: lstat /dist: no such file or directory'],
  ['missing-file', 0, 'check the path', 'failed to stat /a/429: no such file or directory'],
  // Steps: solver/llbsolver/ops/exec.go.
  [
    'step',
    0,
    'see the log',
    'process "/bin/sh -c rm -rf /root/.cache" did not complete successfully: exit code: 1',
  ],
  [
    'step',
    0,
    'see the log',
    'process "/bin/sh -c curl x | grep \\"503 Service Unavailable\\"" did not complete successfully: exit code: 22',
  ],
  ['step', 0, 'see the log', 'process "/bin/sh -c make" did not complete successfully: signal: killed'],
  [
    'step',
    0,
    'see the log',
    'process "/bin/zsh -c ls" did not complete successfully: runc run failed: unable to start container process: exec: "/bin/zsh": stat /bin/zsh: no such file or directory',
  ],
  // Words of the user around other errors.
  ['dockerfile', 0, 'fix the line', 'dockerfile parse error on line 503: unknown instruction: 429'],
  ['dockerfile', 0, 'fix the line', 'dockerfile parse error on line 2: unknown flag: --cache-EOF'],
  ['dockerfile', 0, 'fix the line', 'failed to process "$' + '{X:?denied: EOF}": X: denied'],
  ['dockerfile', 0, 'fix the line', 'target stage "cache-503" could not be found'],
  [
    'dockerfile',
    0,
    'fix the line',
    'dockerfile parse error on line 1: FROM requires either one or three arguments',
  ],
  ['dockerfile', 0, 'fix the line', 'dockerfile parse error on line 4: unterminated heredoc'],
  // What another frontend has: https://docs.docker.com/reference/dockerfile/, "Minimum Dockerfile version".
  [
    'dockerfile',
    0,
    '--parents needs the frontend docker/dockerfile:1.20 or newer: write "# syntax=docker/dockerfile:1" as the first line',
    'dockerfile parse error on line 3: unknown flag: --parents',
  ],
  ['dockerfile', 0, 'docker/dockerfile:1.4 or newer', 'dockerfile parse error line 3: unknown flag: link'],
  [
    'dockerfile',
    0,
    '"# syntax=docker/dockerfile:1-labs"',
    'dockerfile parse error on line 3: unknown flag: --device',
  ],
  [
    'dockerfile',
    0,
    'a variable from a secret needs the frontend docker/dockerfile:1.10',
    "dockerfile parse error on line 2: unexpected key 'env' in 'env=TOKEN'",
  ],
  ['dockerfile', 0, 'fix the line', 'file with no instructions'],
  ['dockerfile', 0, 'fix the line', 'the Dockerfile cannot be empty'],
  ['dockerfile', 0, 'fix the line', 'dockerfile contains no stages to build'],
  ['dockerfile', 0, 'fix the line', 'circular dependency detected on stage: cache'],
  ['dockerfile', 0, 'fix the line', 'failed to parse stage name "A:503:x": invalid reference format'],
  [
    'dockerfile',
    0,
    'fix the line',
    ".jobimg/Dockerfile:3\nERROR: failed to solve: invalid chmod parameter: 'rwx'. it should be octal string and between 0 and 07777",
  ],
  [
    'dockerfile',
    0,
    'fix the line',
    '.jobimg/Dockerfile:3\nERROR: failed to solve: VOLUME specified can not be an empty string',
  ],
  [
    'dockerfile',
    0,
    'fix the line',
    ".jobimg/Dockerfile:9\nERROR: failed to solve: source can't be a URL for COPY",
  ],
  [
    'dockerfile',
    0,
    'fix the line',
    '.jobimg/Dockerfile:9\nERROR: failed to solve: cannot copy from stage "b", it needs to be defined before current stage "a"',
  ],
  [
    'dockerfile',
    0,
    'fix the line',
    ".jobimg/Dockerfile:2\nERROR: failed to solve: unexpected key 'cache' for mount type 'bind'",
  ],
  [
    'dockerfile',
    0,
    'fix the line',
    '.jobimg/Dockerfile:2\nERROR: failed to solve: unsupported mount type "cash"',
  ],
  ['dockerfile', 0, 'fix the line', '.jobimg/Dockerfile:2\nERROR: failed to solve: invalid port: "503"'],
  // Secrets and SSH: session/secrets, session/sshforward.
  ['secret', 0, 'image: { secrets: [NAME] }', 'secret token-503: not found'],
  ['secret', 0, 'image: { secrets: [NAME] }', 'secret blob too big. max size 500KB'],
  ['ssh', 0, 'ssh-add', 'unset ssh forward key default'],
  ['ssh', 0, 'ssh-add', 'no SSH key "default" forwarded from the client'],
  ['entitlement', 0, '--security=insecure', 'security.insecure is not allowed'],
  ['entitlement', 0, '--security=insecure', 'network.host is not allowed'],
  [
    'entitlement',
    0,
    '--security=insecure',
    'device vendor.com/gpu=all is requested by the build but not allowed',
  ],
  [
    'entitlement',
    0,
    '--security=insecure',
    'granting entitlement network.host is not allowed by build daemon configuration',
  ],
  // Platforms: util/imageutil, source/containerimage.
  [
    'platform',
    0,
    'image: { platforms:',
    'docker.io/a/cache-500:1: no match for platform in manifest: not found',
  ],
  [
    'platform',
    0,
    'image: { platforms:',
    'no support for running processes with linux/s390x platform, supported: linux/amd64',
  ],
  // Downloads: source/http, source/git.
  ['checksum', 0, '--checksum', 'digest mismatch for https://h/503.tgz: sha256:aa (expected: sha256:bb)'],
  ['checksum', 0, '--checksum', 'digest mismatch sha256:aa: sha256:bb'],
  ['checksum', 0, '--checksum', 'expected checksum to match 12ab, got 34cd'],
  ['download', 0, 'the server has no such file', 'failed to load cache key: invalid response status 404'],
  ['network', 3, 'try again', 'failed to load cache key: invalid response status 503'],
  ['git', 0, 'branch, tag or commit', 'repository does not contain ref 503, output: ""'],
  // Registries: containerd's docker resolver, util/resolver, util/push.
  [
    'network',
    3,
    'try again',
    'failed to push h/a:1: unexpected status from POST request to https://h/v2/a/blobs/uploads/: 502 Bad Gateway',
  ],
  [
    'network',
    3,
    'try again',
    'failed to copy: httpReadSeeker: failed open: unexpected status code https://h/v2/a/blobs/sha256:aa: 500 Internal Server Error',
  ],
  ['network', 3, 'try again', 'toomanyrequests: You have reached your pull rate limit'],
  ['network', 3, 'try again', 'failed to do request: Head "https://h/v2/a": net/http: TLS handshake timeout'],
  [
    'network',
    3,
    'try again',
    'failed to copy: read tcp 10.0.0.1:5000->10.0.0.2:443: read: connection reset by peer',
  ],
  ['network', 3, 'try again', 'failed to do request: Get "https://h/v2/": dial tcp 1.2.3.4:443: i/o timeout'],
  ['network', 3, 'try again', 'failed to do request: Get "https://h/v2/": unexpected EOF'],
  [
    'network',
    3,
    'try again',
    'failed to do request: Get "https://h/v2/": dial tcp: lookup h on 127.0.0.53:53: server misbehaving',
  ],
  [
    'network',
    3,
    'try again',
    'failed to fetch oauth token: unexpected status from GET request to https://h/token: 429 Too Many Requests',
  ],
  [
    'denied',
    0,
    'registry-auth',
    'failed to authorize: failed to fetch oauth token: unexpected status from GET request to https://h/token: 401 Unauthorized',
  ],
  [
    'denied',
    0,
    'registry-auth',
    'failed to authorize: failed to fetch anonymous token: unexpected status from GET request to https://h/token: 403 Forbidden',
  ],
  ['denied', 0, 'registry-auth', 'failed to handle basic auth because missing username or secret'],
  [
    'certificate',
    0,
    'list of trusted CAs',
    'failed to do request: Head "https://h/v2/": x509: certificate signed by unknown authority',
  ],
  [
    'not-found',
    0,
    'check its name',
    'docker.io/a/eof-503:1: failed to resolve source metadata for docker.io/a/eof-503:1: docker.io/a/eof-503:1: not found',
  ],
  [
    'not-found',
    0,
    'check its name',
    'failed to copy: httpReadSeeker: failed open: content at https://h/v2/a/manifests/sha256:aa not found: not found',
  ],
  ['not-found', 0, 'check its name', 'failed to load metadata for h/cache: h/cache: manifest unknown'],
  // Caches: solver/llbsolver/solver.go, cache/remotecache.
  ['cache', 1, 'cache-from', 'failed to configure registry cache importer: h/a:cache: invalid'],
  ['cache', 1, 'cache-from', 'error writing layer blob: failed to commit'],
  ['cache', 1, 'cache-from', 'unknown cache exporter: "gh"'],
  ['cache', 1, 'cache-from', 'missing blob sha256:aa'],
  // The frontend and the builder.
  [
    'frontend',
    0,
    '"# syntax" line',
    'requested experimental feature mount/foo has been disabled on the build server',
  ],
  ['frontend', 0, '"# syntax" line', 'failed to load frontend: x'],
  ['builder-died', 1, 'look at its log', 'frontend grpc server closed unexpectedly'],
  [
    'builder-died',
    1,
    'look at its log',
    'rpc error: code = Unavailable desc = closing transport due to: connection error',
  ],
  ['disk', 0, '', 'failed to prepare extraction snapshot: write /x: no space left on device'],
];
