import { createDockerBackend } from '../../src/backends/docker/backend.ts';
import type { Docker } from '../../src/backends/docker/engine/docker.ts';
import type { Finding } from '../../src/errors.ts';
import { systemClock } from '../../src/io/clock.ts';
import { createEngine } from '../../src/io/engine/engine.ts';
import type { EngineHost } from '../../src/io/engine/host.ts';
import { sha256 } from '../../src/oci/digest.ts';
import type { RunCommand, RunPlan } from '../../src/run/types/plan.ts';
import type { Backend } from '../../src/tools/backend.ts';

export const SECRET = 'line 1\n"quotes" $(id) `x` \\n\n-- ü\n';

/** A Docker backend on some engine, and what it said. */
export interface DockerUnderTest {
  readonly backend: Backend;
  readonly progress: string[];
  readonly findings: Finding[];
}

export function dockerOn(host: string | EngineHost, changes: Partial<Docker> = {}): DockerUnderTest {
  const progress: string[] = [];
  const findings: Finding[] = [];
  const backend = createDockerBackend({
    engine: createEngine(typeof host === 'string' ? { url: host, source: 'the test' } : host),
    clock: systemClock,
    secrets: new Map([['SECRET', SECRET]]),
    pullAuth: async () => undefined,
    progress: (line) => void progress.push(line),
    finding: (finding) => void findings.push(finding),
    ...changes,
  });
  return { backend, progress, findings };
}

let runs = 0;

/** A run of its own: no two have the same id. */
export function runPlan(
  image: RunPlan['image'],
  command: RunCommand,
  changes: Partial<RunPlan> = {},
): RunPlan {
  const id = `test-${process.pid}-${Date.now().toString(36)}-${runs++}`;
  return {
    id,
    family: `family-of-${id}`,
    hash: sha256(JSON.stringify(command)),
    job: 'test',
    attempt: 1,
    image,
    command,
    env: new Map([['HOME', '/tmp']]),
    shown: { command, env: new Map(), outputs: ['outputs/'] },
    secrets: [],
    resources: {},
    workdir: '/workspace',
    home: '/tmp',
    timeout: 60,
    stopGrace: 2,
    outputs: ['outputs/'],
    metrics: [{ path: 'outputs/metrics.json' }],
    backend: { name: 'docker', options: {} },
    labels: new Map(),
    ...changes,
  };
}
