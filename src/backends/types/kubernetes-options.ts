import * as z from 'zod';
import { UserError } from '../../errors.ts';
import { eachOf, option } from '../../jobspec/rows/lines.ts';
import { type Line, type Rows, schemaOf } from '../../jobspec/rows/row.ts';
import { INTEGER_OR_STRING, mapOf, STRING, scalar } from '../../jobspec/rows/scalar.ts';
import { labelKey, labelValue, oneOf } from './labels.ts';
import { NODE_REQUIREMENT, type NodeRequirement } from './node-affinity.ts';

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;
/** As kubeconfigs have them: of clouds they are addresses of objects, such as `arn:aws:eks:…:cluster/ml`. */
const CONTEXT = /^(?!.*:\/\/)[A-Za-z0-9][A-Za-z0-9_.:@/+-]{0,252}$/;

const name = scalar(oneOf(DNS_NAME, 'a name', 'write it as "kubectl get" shows it'), STRING);
const label = scalar(oneOf(DNS_LABEL, 'a name', 'write it as "kubectl get" shows it'), STRING);

/** Root is asked for by nobody: an image that has to be root says so itself. */
const userId = scalar(parseId, INTEGER_OR_STRING);

const TOLERATION = {
  key: {
    value: labelKey,
    description: 'Key of the taint',
    type: 'key of a label',
    otherwise: 'any',
    shown: ({ key }) => key,
  },
  operator: {
    value: z.enum(['Exists', 'Equal']),
    description: 'Whether the value counts',
    otherwise: '`Equal` with a `value`, else `Exists`',
    shown: ({ operator }) => operator,
  },
  value: {
    value: labelValue,
    description: 'Value of the taint',
    type: 'value of a label',
    shown: ({ value }) => value,
  },
  effect: {
    value: z.enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute']),
    description: 'Effect of the taint',
    otherwise: 'any',
    shown: ({ effect }) => effect,
  },
} satisfies Rows<Toleration>;

/** What a spec, or the operator's file of defaults, may say about the cluster that it runs on. */
export const KUBERNETES = {
  context: {
    value: scalar(
      oneOf(
        CONTEXT,
        'a context of a kubeconfig',
        'write a name that "kubectl config get-contexts" shows; a spec holds no address',
      ),
      STRING,
    ),
    description: 'Context of the kubeconfig, one that the operator of the machine allows',
    type: 'name',
    otherwise: 'the current one',
    shown: option('context'),
  },
  namespace: {
    value: label,
    description: 'Namespace of the Job',
    type: 'name',
    otherwise: "the kubeconfig's, else `default`",
    shown: option('namespace'),
  },
  queue: {
    value: label,
    description: 'Queue of Kueue (LocalQueue)',
    details: 'The Job is suspended until Kueue admits it',
    type: 'name',
    otherwise: 'none',
    shown: option('queue'),
  },
  'service-account': {
    value: name,
    description: 'Service account of the pod',
    details: 'Its token is not mounted',
    type: 'name',
    otherwise: '`default`',
    shown: option('service-account'),
  },
  'node-selector': {
    value: mapOf(labelKey, labelValue),
    description: 'Labels that a node must have',
    type: 'label → value',
    otherwise: 'any node',
    shown: shownSelector,
  },
  'node-affinity': {
    value: z.array(schemaOf(NODE_REQUIREMENT)).min(1),
    keys: NODE_REQUIREMENT,
    description: 'List of requirements that the labels of a node must meet',
    details: 'As `matchExpressions` of Kubernetes: all of them',
    type: 'list of `{…}`',
    otherwise: 'any node',
    shown: shownAffinity,
  },
  tolerations: {
    value: z.array(schemaOf(TOLERATION)),
    keys: TOLERATION,
    description: 'List of taints that the pod tolerates',
    details: 'With `gpu`, that of GPU nodes is among them',
    type: 'list of `{…}`',
    otherwise: 'none',
    shown: shownTolerations,
  },
  'runtime-class': {
    value: name,
    description: 'Runtime class of the pod',
    type: 'name',
    otherwise: "the cluster's",
    shown: option('runtime-class'),
  },
  'priority-class': {
    value: name,
    description: 'Priority class of the pod',
    type: 'name',
    otherwise: "the cluster's",
    shown: option('priority-class'),
  },
  'pull-secret': {
    value: name,
    description: 'Secret of the namespace to pull the image with',
    type: 'name',
    otherwise: 'the login that the action has, else none',
    shown: option('pull-secret'),
  },
  'run-as-user': {
    value: userId,
    description: 'User id of the processes',
    type: 'number',
    otherwise: "the image's",
    shown: option('run-as-user'),
  },
  'fs-group': {
    value: userId,
    description: 'Group id that owns the volumes',
    type: 'number',
    otherwise: 'none',
    shown: option('fs-group'),
  },
  'cache-claim': {
    value: name,
    description: 'Claim that keeps `caches` and the `checkpoint`',
    details: 'In folders whose names nobody chooses. One that the operator of the machine allows',
    type: 'name',
    otherwise: 'none: caches start empty',
    shown: option('cache-claim'),
  },
  outputs: {
    value: z.enum(['exec', 'none']),
    description: 'How outputs come home',
    details:
      '`exec`: a second container of the pod keeps them until they are fetched; the image needs `sh` and `tar`',
    otherwise: '`exec`',
    shown: option('outputs'),
  },
} satisfies Rows<Readonly<Record<string, unknown>>>;

export const KubernetesOptions = schemaOf(KUBERNETES);
export type KubernetesOptions = z.output<typeof KubernetesOptions>;

export interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: 'Exists' | 'Equal' | undefined;
  readonly value?: string | undefined;
  readonly effect?: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | undefined;
}

function shownSelector({ 'node-selector': selector }: Readonly<Record<string, unknown>>): string | undefined {
  if (!(selector instanceof Map)) return undefined;
  return [...selector].map(([key, value]) => `${key}=${value}`).join(', ');
}

function shownTolerations({ tolerations }: Readonly<Record<string, unknown>>): readonly Line[] {
  return Array.isArray(tolerations) ? eachOf<Toleration>(TOLERATION, tolerations.entries()) : [];
}

function shownAffinity({ 'node-affinity': needed }: Readonly<Record<string, unknown>>): readonly Line[] {
  return Array.isArray(needed) ? eachOf<NodeRequirement>(NODE_REQUIREMENT, needed.entries()) : [];
}

function parseId(text: string): number {
  const id = Number(text);
  if (/^\d+$/.test(text) && id > 0 && id < 2 ** 31) return id;
  throw new UserError(`"${text}" is not the id of a user or group`, {
    hint: 'write a number from 1 to 2147483647',
  });
}
