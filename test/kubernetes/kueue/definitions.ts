// What Kueue adds to a cluster, as far as a client sees it.
import { type Api, ApiError, createObject, untilSeen } from '../api.ts';

export const GROUP = 'kueue.x-k8s.io';
/** The label of a Job that names its queue. */
export const QUEUE_LABEL = `${GROUP}/queue-name`;

const READY_TIMEOUT_MS = 60_000;
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const POLICIES = '/apis/admissionregistration.k8s.io/v1';

/** The kinds, and the rule that a Job with a queue begins suspended. Files of tests may do it at the same time. */
export async function installKueue(admin: Api): Promise<void> {
  for (const [plural, kind] of [
    ['workloads', 'Workload'],
    ['localqueues', 'LocalQueue'],
  ] as const) {
    await createUnlessThere(admin, CRDS, definition(plural, kind));
    const one = `${CRDS}?fieldSelector=metadata.name%3D${plural}.${GROUP}`;
    await untilSeen(admin, one, isEstablished, AbortSignal.timeout(READY_TIMEOUT_MS));
  }
  await createUnlessThere(admin, `${POLICIES}/mutatingadmissionpolicies`, SUSPENDED);
  await createUnlessThere(admin, `${POLICIES}/mutatingadmissionpolicybindings`, {
    metadata: SUSPENDED.metadata,
    spec: { policyName: SUSPENDED.metadata.name },
  });
}

/** Both versions that Kueue serves; the fields are those that it writes, and are not checked here. */
function definition(plural: string, kind: string): object {
  const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } };
  const version = { served: true, schema, subresources: { status: {} } };
  return {
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        { name: 'v1beta1', storage: false, ...version },
        { name: 'v1beta2', storage: true, ...version },
      ],
    },
  };
}

/** Kueue has a webhook for it; a policy needs no server. */
const SUSPENDED = {
  metadata: { name: 'kueue-suspends-jobs' },
  spec: {
    matchConstraints: {
      resourceRules: [
        { apiGroups: ['batch'], apiVersions: ['v1'], operations: ['CREATE'], resources: ['jobs'] },
      ],
    },
    matchConditions: [
      {
        name: 'names-a-queue',
        expression: `has(object.metadata.labels) && '${QUEUE_LABEL}' in object.metadata.labels`,
      },
    ],
    failurePolicy: 'Fail',
    reinvocationPolicy: 'Never',
    mutations: [
      {
        patchType: 'ApplyConfiguration',
        applyConfiguration: { expression: 'Object{spec: Object.spec{suspend: true}}' },
      },
    ],
  },
};

interface Definition {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

function isEstablished({ status }: Definition): boolean {
  return (
    status?.conditions?.some(
      (condition) => condition.type === 'Established' && condition.status === 'True',
    ) ?? false
  );
}

async function createUnlessThere(admin: Api, path: string, object: object): Promise<void> {
  try {
    await createObject(admin, path, object);
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
}
