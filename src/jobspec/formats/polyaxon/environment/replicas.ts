import type { Findings } from '../../../../findings.ts';
import { mapAt, textAt } from '../../../format/nodes.ts';
import { at, type MapNode, type Node, plain, textNode } from '../../../yaml/node.ts';

/** Blocks that say how many processes a run has beside its master, and how these meet. */
const BLOCKS: Readonly<Record<string, string | undefined>> = {
  replicas: undefined,
  tensorflow: 'tensorflow',
  tensorflow_job: 'tensorflow',
  mxnet: 'mxnet',
  pytorch: 'pytorch',
  pytorch_job: 'pytorch',
  horovod: 'horovod',
  mpi_job: 'horovod',
};

const BY_HAND = 'write it as a jobimg.yml with "nodes", whose programs meet by MASTER_ADDR and NODE_RANK';

/** Why replicas are no nodes of ours. */
const OTHERS: Readonly<Record<string, string>> = {
  tensorflow: 'TF_CONFIG and parameter servers of TensorFlow are not set up here',
  mxnet: 'the scheduler and the servers of MXNet are not set up here',
  horovod: 'mpirun starts its processes by ssh, which no node of a run has',
};

interface Block {
  readonly path: string;
  readonly node: Node;
  readonly framework: string | undefined;
}

/** The master and the workers of a PyTorch run as nodes, which meet by the same variables; undefined: it is one process. */
export function nodesOf(root: MapNode, findings: Findings): Node | undefined {
  const block = Object.entries(BLOCKS)
    .flatMap(([key, framework]) => blockAt(root, key, framework))
    .at(0);
  if (block === undefined) return undefined;
  const { framework = '', node } = block;
  if (framework !== 'pytorch') {
    const why = OTHERS[framework] ?? 'no "framework: pytorch" says how the replicas meet';
    return refuse(
      block,
      why,
      framework === '' ? 'write "framework: pytorch", if they do so' : BY_HAND,
      findings,
    );
  }
  const workers = node.kind === 'map' ? workersOf(node) : undefined;
  if (workers === undefined)
    return refuse(block, 'it has no whole number of workers', 'write "n_workers: 3"', findings);
  if (!areAlike(root, node)) {
    const hint = 'give them the resources of the master, or write a jobimg.yml with "nodes"';
    return refuse(
      block,
      'each node gets what the master gets, and these workers ask for something else',
      hint,
      findings,
    );
  }
  return textNode(String(workers + 1), node.location);
}

function blockAt(root: MapNode, key: string, own: string | undefined): readonly Block[] {
  const path = `environment.${key}`;
  const node = at(root, ['environment', key]);
  if (node === undefined || node.kind === 'null' || !asksReplicas(plain(node))) return [];
  return [{ path, node, framework: own ?? textAt(root, 'framework')?.text }];
}

/** Replicas beside the master are counted; one process alone is a run as any other. */
function asksReplicas(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).some((count) => count !== '0');
}

/** PyTorch has no other replicas than workers. */
function workersOf(block: MapNode): number | undefined {
  const text = textAt(block, 'n_workers')?.text ?? '';
  const servers = textAt(block, 'n_ps')?.text ?? '0';
  return /^\d{1,3}$/.test(text) && servers === '0' ? Number(text) : undefined;
}

/** What says nothing of its workers gives them what the master has. */
function areAlike(root: MapNode, block: Node): boolean {
  const environment = mapAt(root, 'environment');
  const ofMaster = textOf(environment && mapAt(environment, 'resources'));
  const given = [at(block, ['default_worker']), ...itemsOf(at(block, ['worker']))];
  return given.every((one) => one === undefined || textOf(at(one, ['resources'])) === ofMaster);
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}

function textOf(node: Node | undefined): string {
  return node === undefined ? '' : JSON.stringify(plain(node));
}

function refuse({ path, node }: Block, why: string, hint: string, findings: Findings): undefined {
  findings.error('not-supported', `"${path}": ${why}`, { hint, at: node.location });
}
