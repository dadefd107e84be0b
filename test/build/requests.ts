import type { Cleaner } from '../../src/log/log.ts';
import { parseReference } from '../../src/oci/reference.ts';
import type { BuildPlan } from '../../src/plan/plan.ts';
import type { Step } from '../../src/recipe/step.ts';
import type { BuildRequest } from '../../src/tools/builder.ts';

export const ID = `sha256:${'1'.repeat(64)}` as const;

export function step(title: string, run: string, more: Partial<Step> = {}): Step {
  return { title, run, secrets: [], env: new Map(), files: [], kind: 'shell', ...more };
}

export function buildPlan(more: Partial<BuildPlan> = {}): BuildPlan {
  return {
    dockerfile: 'FROM scratch\n',
    steps: [],
    context: [],
    args: new Map(),
    secrets: [],
    platform: { os: 'linux', architecture: 'amd64' },
    runs: true,
    compression: 'zstd',
    epoch: 1_767_225_600,
    annotations: new Map(),
    buildkit: parseReference('docker.io/moby/buildkit:v0.32.2'),
    reads: [],
    ...more,
  };
}

export function buildRequest(more: Partial<BuildRequest> = {}): BuildRequest {
  return {
    plan: buildPlan(),
    id: ID,
    noCache: false,
    to: {
      kind: 'registry',
      repository: { registry: 'ghcr.io', path: 'acme/train' },
      tag: 'jobimg.tmp',
    },
    ...more,
  };
}

/** Splits lines and nothing else: what a cleaner makes of them is tested where it is written. */
export function plainCleaner(): Cleaner {
  let held = '';
  return {
    push(bytes) {
      const lines = (held + Buffer.from(bytes).toString()).split('\n');
      held = lines.pop() ?? '';
      return lines;
    },
    barShown: () => undefined,
    end() {
      const last = held;
      held = '';
      return last === '' ? [] : [last];
    },
  };
}
