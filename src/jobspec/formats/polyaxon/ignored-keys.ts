import type { Finding } from '../../../errors.ts';
import type { Findings } from '../../../findings.ts';
import { at, type MapNode, type Node, plain } from '../../yaml/node.ts';

/** Keys that are read and have no effect, or another one than on a cluster, and why. */
interface IgnoredKeys {
  readonly paths: readonly string[];
  readonly level: Finding['level'];
  readonly why: string;
  readonly hint?: string;
  /** Whether the value asks for something; a key that is there does, unless it says nothing. */
  readonly asks?: (value: unknown) => boolean;
}

const OPERATION = [
  'environment',
  'params',
  'declarations',
  'inputs',
  'outputs',
  'logging',
  'name',
  'description',
  'tags',
];

const ROWS: readonly IgnoredKeys[] = [
  {
    paths: ['description', 'tags', 'framework', 'outputs', 'logging.formatter', 'settings.logging'],
    level: 'notice',
    why: 'for people and for pages of Polyaxon, without effect here',
    // This framework says how replicas meet.
    asks: (value) => value !== 'pytorch',
  },
  {
    paths: ['backend'],
    level: 'notice',
    why: 'without effect here: where a run goes is said by a "backend" of ours',
    asks: isPlainBackend,
  },
  {
    paths: ['backend'],
    level: 'error',
    why: 'mpirun starts its processes by ssh, which no node of a run has',
    hint: 'write it as a jobimg.yml with "nodes", whose programs meet by MASTER_ADDR and NODE_RANK',
    asks: (value) => !isPlainBackend(value),
  },
  {
    paths: ['labels', 'annotations', 'index', 'cluster_uuid'].map((key) => `environment.${key}`),
    level: 'notice',
    why: 'for a cluster, without effect here: the run is a container on the machine that starts it',
  },
  {
    paths: ['node_selector', 'affinity', 'tolerations'].map((key) => `environment.${key}`),
    level: 'notice',
    why: 'choose a machine of a cluster, without effect here',
    hint: "choose the runner: --override 'runs-on=[self-hosted, gpu]'",
  },
  {
    paths: ['environment.service_account'],
    level: 'notice',
    why: 'rights in a cluster, which the run does not get',
    hint: "give it what it needs as secrets: --override 'secrets=[NAME]', with their values in the environment",
  },
  {
    paths: ['environment.image_pull_secrets'],
    level: 'notice',
    why: 'secrets of a cluster, without effect here',
    hint: 'log in to the registry before, or with the input "registry-auth"',
  },
  {
    paths: ['environment.secret_refs'],
    level: 'warning',
    why: 'secrets of a cluster, which the run does not get',
    hint: "name the variables that hold them: --override 'secrets=[NAME]', with their values in the environment",
  },
  {
    paths: ['environment.config_map_refs', 'environment.configmap_refs'],
    level: 'warning',
    why: 'config maps of a cluster, which the run does not get',
    hint: "give their variables: --override 'env={NAME: value}'",
  },
  {
    paths: [
      'environment.data_refs',
      'environment.artifact_refs',
      'environment.persistence',
      'environment.outputs',
    ],
    level: 'warning',
    why: 'volumes of a cluster, which the run does not get; what it writes to outputs/ comes back',
    hint: 'name a folder of the machine, --override \'mounts=[{from: /data/sets, to: /data}]\', or addresses below "inputs" of a defaults file',
    asks: (value) => JSON.stringify(value) !== '{}',
  },
  { paths: ['build.backend'], level: 'notice', why: 'without effect here, the image is built by buildx' },
  {
    paths: ['build.nocache'],
    level: 'notice',
    why: 'not needed, an image is found by what is in it',
    hint: 'to build it again anyway, use the input "rebuild" (--rebuild)',
    asks: (value) => typeof value === 'string' && /^(?:true|yes|on)$/i.test(value),
  },
  {
    paths: ['build.commit', 'build.branch'],
    level: 'warning',
    why: 'without effect, what is checked out is what is built',
    hint: 'check out that one before this step, with: { ref: … } at actions/checkout',
  },
  {
    paths: ['build.ref'],
    level: 'error',
    why: 'an earlier build in Polyaxon is not known here',
    hint: 'write "image:" or "dockerfile:" in its place; what is unchanged is not built again',
  },
  {
    paths: OPERATION.map((key) => `build.${key}`),
    level: 'notice',
    why: 'of the build, without effect here',
  },
  {
    paths: ['run.git'],
    level: 'error',
    why: 'the code of another repository is not fetched',
    hint: 'check that repository out, and remove it',
  },
];

function isPlainBackend(value: unknown): boolean {
  return value === 'native' || value === 'other' || value === 'kubeflow';
}

/** One finding for all keys of a row, at the first of them. */
export function reportIgnoredKeys(root: MapNode, findings: Findings): void {
  for (const { paths, level, why, hint, asks } of ROWS) {
    const found = paths.flatMap((path) => {
      const node = at(root, path.split('.'));
      return node !== undefined && asksForSomething(node, asks) ? [{ path, node }] : [];
    });
    const [first] = found;
    if (first === undefined) continue;
    const names = found.map(({ path }) => `"${path}"`).join(', ');
    const code = level === 'error' ? 'not-supported' : 'no-effect';
    findings[level](code, `${names}: ${why}`, { hint, at: first.node.location });
  }
}

function asksForSomething(node: Node, asks: IgnoredKeys['asks']): boolean {
  if (node.kind === 'null') return false;
  return asks === undefined || asks(plain(node));
}
