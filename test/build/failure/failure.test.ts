import { describe, expect, it } from '@jest/globals';
import { failureError } from '../../../src/build/failure/error.ts';
import { classify, type Symptoms } from '../../../src/build/failure/failure.ts';
import type { FailureKind } from '../../../src/build/failure/kind.ts';
import { buildPlan, step } from '../requests.ts';

function symptoms(text: string, more: Partial<Symptoms> = {}): Symptoms {
  return { text, code: 1, aborted: false, stepStarted: true, ...more };
}

const SAID: readonly (readonly [FailureKind, number, string])[] = [
  [
    'step',
    0,
    'process "/bin/sh -c echo no space left on device" did not complete successfully: exit code: 1',
  ],
  ['disk', 0, 'failed to copy: write /var/lib/docker/x: no space left on device'],
  ['exists', 0, 'ERROR: failed to solve: image "localhost/jobimg:env-0123456789abcdef": already exists'],
  ['no-buildx', 0, "docker: 'buildx' is not a docker command."],
  ['no-buildx', 0, 'docker: unknown command: docker buildx'],
  ['old-buildx', 0, 'invalid progress mode rawjson'],
  [
    'by-digest',
    0,
    'ERROR: push-by-digest is currently not implemented for docker driver, please create a new builder instance',
  ],
  ['no-builder', 0, 'ERROR: no builder "remote" found'],
  ['no-contact', 0, 'ERROR: failed to build: context deadline exceeded'],
  [
    'no-daemon',
    0,
    'ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
  ],
  ['no-daemon', 0, 'ERROR: failed to connect to the docker API at unix:///x; connect: connection refused'],
  ['classic-store', 0, 'ERROR: docker exporter does not currently support exporting manifest lists'],
  ['builder-died', 1, 'ERROR: rpc error: code = Unavailable desc = error reading from server: EOF'],
  [
    'certificate',
    0,
    'failed to do request: Head "https://r/v2/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
  ],
  [
    'denied',
    0,
    'failed to push r/a: unexpected status from POST request to https://r/v2/a/blobs/uploads/: 401 Unauthorized',
  ],
  [
    'denied',
    0,
    'r/a: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope',
  ],
  [
    'push',
    2,
    'failed to push r/a:env-1.tmp: errors: unknown: provided digest did not match uploaded content unknown: blob unknown to registry - sha256:1f',
  ],
  ['push', 2, 'failed to push r/a:1: failed to commit: blob upload unknown'],
  ['network', 3, 'failed to push r/a: unexpected status from PUT request: 503 Service Unavailable'],
  [
    'network',
    3,
    'failed to copy: httpReadSeeker: failed open: unexpected status code: 429 Too Many Requests',
  ],
  [
    'network',
    3,
    'failed to do request: Head "https://r/v2/": dial tcp 1.2.3.4:443: connect: connection refused',
  ],
  ['network', 3, 'failed to do request: Head "https://r/v2/": dial tcp: lookup r: no such host'],
  ['network', 3, 'failed to do request: Get "https://r/v2/": EOF'],
  [
    'not-found',
    0,
    'library/nothing:1: failed to resolve source metadata for r/library/nothing:1: r/library/nothing:1: not found',
  ],
  ['dockerfile', 0, 'dockerfile parse error on line 2: unknown instruction: FOO (did you mean FROM?)'],
  ['cancelled', 0, 'ERROR: failed to solve: Canceled: context canceled'],
];

describe('classify', () => {
  it.each(SAID)('takes for "%s", with %i more tries: %s', (kind, retries, text) => {
    expect(classify(symptoms(text))).toEqual({ kind, retries });
  });

  it.each([symptoms('x', { aborted: true }), symptoms('x', { code: 130 }), symptoms('x', { code: 143 })])(
    'takes a stopped build for cancelled',
    (stopped) => {
      expect(classify(stopped).kind).toBe('cancelled');
    },
  );

  it('tries what nobody knows once more, unless a step of the user had begun', () => {
    expect(classify(symptoms('strange', { stepStarted: false }))).toEqual({ kind: 'unknown', retries: 1 });
    expect(classify(symptoms('strange', { stepStarted: true }))).toEqual({ kind: 'unknown', retries: 0 });
  });
});

describe('failureError', () => {
  const origin = { file: 'jobimg.yml', line: 3, column: 5 };

  it('names the step, its exit code, its last lines and its place in the spec', () => {
    const title = { title: 'build 1', step: step('build 1', 'make', { origin }), runs: true, quiet: false };
    const failed = {
      title,
      error: 'process "x" did not complete successfully: exit code: 2',
      lines: ['make: no rule', 'stop'],
    };

    const error = failureError(
      { kind: 'step', retries: 0 },
      { failed, text: [], stepStarted: true },
      buildPlan(),
    );

    expect(error.kind).toBe('build');
    expect(error.findings).toEqual([
      {
        level: 'error',
        code: 'build-step',
        message: 'the step "build 1" failed with exit code 2; its last lines:\n  make: no rule\n  stop',
        hint: 'fix the step; the lines above say what was missing',
        location: origin,
      },
    ]);
  });

  it.each([
    ['137', [], 'out of memory'],
    ['1', ['OSError: [Errno 28] No space left on device'], 'docker buildx prune'],
    ['1', ['ERROR: No matching distribution found for numpyy'], 'check the name'],
  ])('knows what exit code %s after %j asks for', (code, lines, hint) => {
    const failed = { title: undefined, error: `exit code: ${code}`, lines };

    const error = failureError(
      { kind: 'step', retries: 0 },
      { failed, text: [], stepStarted: true },
      buildPlan(),
    );

    expect(error.findings[0]?.hint).toContain(hint);
  });

  it.each([
    ['a step of the spec', step('packages', 'pip install six', { origin }), 'SSL_CERT_FILE'],
    ['an instruction of your own Dockerfile', undefined, 'RUN gets it by PIP_CERT'],
  ])('says whose certificates %s is given', (_, ours, hint) => {
    const title = { title: 'RUN pip install six', step: ours, runs: true, quiet: false };
    const failed = { title, error: 'exit code: 1', lines: ['certificate verify failed'] };

    const error = failureError(
      { kind: 'step', retries: 0 },
      { failed, text: [], stepStarted: true },
      buildPlan(),
    );

    expect(error.findings[0]?.hint).toContain(hint);
  });

  it('points into the own Dockerfile', () => {
    const text = [
      '.jobimg/Dockerfile:7',
      '--------------------',
      '   7 | >>> RUN make',
      'ERROR: failed to build: failed to solve: boom',
    ];

    const error = failureError(
      { kind: 'dockerfile', retries: 0 },
      { text, stepStarted: false },
      buildPlan({ ownPath: 'docker/gpu.Dockerfile' }),
    );

    expect(error.findings[0]).toMatchObject({
      message: 'the Dockerfile cannot be built: boom',
      location: { file: 'docker/gpu.Dockerfile', line: 7 },
    });
  });

  it('does not point there for a step that stands below its lines', () => {
    const step = {
      title: 'python',
      run: 'x',
      kind: 'python',
      secrets: [],
      env: new Map(),
      files: [],
    } as const;
    const failed = {
      title: { title: 'python', step, runs: true, quiet: false },
      error: 'exit code: 2',
      lines: [],
    };

    const error = failureError(
      { kind: 'step', retries: 0 },
      { failed, text: ['.jobimg/Dockerfile:54'], stepStarted: true },
      buildPlan({ ownPath: 'Dockerfile' }),
    );

    expect(error.findings[0]?.location).toBeUndefined();
  });

  it.each([
    ['an export', { kind: 'disk', retries: 0 } as const, undefined],
    [
      'a step',
      { kind: 'step', retries: 0 } as const,
      { title: undefined, error: 'exit code: 1', lines: ['No space left on device'] },
    ],
  ])('says for a full disk in %s which step makes room on a runner of GitHub', (_, failure, failed) => {
    const error = failureError(failure, { failed, text: [], stepStarted: true }, buildPlan(), true);

    expect(error.findings[0]?.hint).toContain('sudo rm -rf /usr/local/lib/android');
    expect(error.findings[0]?.hint).not.toContain('docker system prune');
  });

  it('says how to switch the containerd store on', () => {
    const error = failureError(
      { kind: 'classic-store', retries: 0 },
      { text: [], stepStarted: false },
      buildPlan(),
    );

    expect(error.kind).toBe('unavailable');
    expect(error.findings[0]?.hint).toContain('"containerd-snapshotter": true');
  });
});
