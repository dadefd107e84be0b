import { describe, expect, it } from '@jest/globals';
import { Job, Pod } from '../../../../src/backends/kubernetes/api/answers.ts';
import type { Pull } from '../../../../src/backends/kubernetes/follow/start/pulls.ts';
import { type WaitFacts, waitingFor } from '../../../../src/backends/kubernetes/follow/start/waiting.ts';

const job = (suspend = false) => Job.parse({ metadata: { name: 'jobimg-r', uid: 'j' }, spec: { suspend } });
const event = (reason: string, message: string) => ({ reason, message, metadata: {} });

function pod(status: object) {
  return Pod.parse({ metadata: { name: 'jobimg-r-x', uid: 'p' }, spec: {}, status });
}
const SCHEDULED = [{ type: 'PodScheduled', status: 'True' }];
const kept = (reason: string, message = '') =>
  pod({
    conditions: SCHEDULED,
    containerStatuses: [{ name: 'main', state: { waiting: { reason, message } } }],
  });
const unscheduled = (message: string) =>
  pod({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] });

const NOTHING: WaitFacts = {
  job: job(),
  pod: undefined,
  events: [],
  workload: undefined,
  image: 'ghcr.io/acme/train@sha256:ab',
  queue: undefined,
  pull: { failure: undefined, failing: 0, refusals: 0 },
  standing: 0,
};
/** A pod whose image does not come. */
function unpulled(reason: string, message: string, changes: Partial<Pull> = {}): Partial<WaitFacts> {
  const pull = { failure: { reason, message }, failing: 0, refusals: 0, ...changes };
  return { pod: kept(reason, message), pull };
}
const kueue = (...conditions: readonly object[]) =>
  ({ status: { conditions } }) as NonNullable<WaitFacts['workload']>;
const NO_QUOTA = {
  type: 'QuotaReserved',
  status: 'False',
  reason: 'Pending',
  message:
    "couldn't assign flavors to pod set main: insufficient unused quota for nvidia.com/gpu in flavor h100, 2 more needed",
};
const NO_QUEUE = {
  type: 'QuotaReserved',
  status: 'False',
  reason: 'Inadmissible',
  message: "LocalQueue gpu doesn't exist",
};

describe('what a run waits for on a cluster', () => {
  it.each<[string, Partial<WaitFacts>, 'queued' | 'pulling', string]>([
    ['its pod', {}, 'queued', 'the Job waits for its pod'],
    ['a node', { pod: pod({}) }, 'queued', 'it waits for a node'],
    [
      'its login for the registry, which comes after the Job',
      unpulled('ErrImagePull', 'authorization failed: no basic auth credentials', { refusals: 2 }),
      'pulling',
      'no basic auth credentials',
    ],
    [
      'a node with a GPU',
      { pod: unscheduled('0/1 nodes are available: 1 Insufficient nvidia.com/gpu.\n preemption: none') },
      'queued',
      '0/1 nodes are available: 1 Insufficient nvidia.com/gpu. preemption: none',
    ],
    [
      'a quota',
      {
        events: [
          event('FailedCreate', 'pods "x" is forbidden: exceeded quota: gpus, requested: 1, limited: 0'),
        ],
      },
      'queued',
      'exceeded quota: gpus',
    ],
    ...[
      'Error creating: Internal error occurred: failed calling webhook "pods.acme": no endpoints available for service "hook"',
      'Operation cannot be fulfilled on resourcequotas "gpus": the object has been modified; please apply your changes',
      'pods "x" is forbidden: Internal error occurred: resource quota evaluation timed out',
      'pods "x" is forbidden: status unknown for quota: gpus, resources: pods',
      'pods "x" is forbidden: error looking up service account ml/a: serviceaccount "a" not found',
      'admission webhook "policy.acme" denied the request: no team label',
    ].map((message): [string, Partial<WaitFacts>, 'queued', string] => [
      `an admission that may pass: ${message}`,
      { events: [event('FailedCreate', message)], standing: 119_000 },
      'queued',
      message,
    ]),
    ...[
      ['CreateContainerConfigError', 'configmap "settings" not found'],
      ['CreateContainerConfigError', "couldn't find key TOKEN in Secret ml/team"],
      ['CreateContainerError', 'context deadline exceeded'],
      ['CreateContainerError', 'failed to reserve container name "main": name "main" is reserved for "818f"'],
      ['RunContainerError', 'failed to create containerd task: no space left on device'],
    ].map(([reason = '', message = '']): [string, Partial<WaitFacts>, 'queued', string] => [
      `what may still come: ${message}`,
      { pod: kept(reason, message), standing: 119_000 },
      'queued',
      `${reason}: ${message}`,
    ]),
    [
      'its queue, which took it back after a pod was refused',
      {
        job: job(true),
        queue: 'gpu',
        events: [event('FailedCreate', 'pods "x" is forbidden: violates PodSecurity')],
        standing: 120_000,
      },
      'queued',
      'the queue "gpu" has not admitted it',
    ],
    ['somebody who resumes it', { job: job(true) }, 'queued', 'the Job is suspended'],
    [
      'Kueue, which has not seen it',
      { job: job(true), queue: 'gpu' },
      'queued',
      'the queue "gpu" has not admitted it, and nothing has said yet that it stands in it',
    ],
    [
      'quota of Kueue',
      { job: job(true), queue: 'gpu', workload: kueue(NO_QUOTA) },
      'queued',
      'the queue "gpu": couldn\'t assign flavors',
    ],
    [
      'a queue that is not there',
      { job: job(true), queue: 'gpu', workload: kueue(NO_QUEUE) },
      'queued',
      "LocalQueue gpu doesn't exist",
    ],
    [
      'a pull that is tried again',
      { pod: kept('ImagePullBackOff', 'Back-off pulling image "x": not found') },
      'pulling',
      'ghcr.io/acme/train@sha256:ab',
    ],
    ['its image', { pod: kept('ContainerCreating') }, 'pulling', 'ghcr.io/acme/train@sha256:ab'],
    [
      'a registry that may come back',
      unpulled('ErrImagePull', 'dial tcp: i/o timeout', { failing: 100_000 }),
      'pulling',
      'ghcr.io/acme/train@sha256:ab: dial tcp: i/o timeout',
    ],
    [
      'a volume',
      { pod: kept('ContainerCreating'), events: [event('FailedMount', 'MountVolume.SetUp failed')] },
      'queued',
      'MountVolume.SetUp failed',
    ],
    [
      'its inputs, which another process brings',
      {
        pod: pod({
          conditions: SCHEDULED,
          initContainerStatuses: [{ name: 'inputs', state: { running: {} } }],
          containerStatuses: [{ name: 'main', state: { waiting: { reason: 'PodInitializing' } } }],
        }),
      },
      'queued',
      'it waits for its inputs',
    ],
    [
      'its Secret, which comes right after the Job',
      { pod: kept('CreateContainerConfigError', 'secret "jobimg-r-env" not found') },
      'queued',
      'secret "jobimg-r-env" not found',
    ],
  ])('%s', (_, changes, kind, detail) => {
    const wait = waitingFor({ ...NOTHING, ...changes });

    expect(wait).toEqual({ kind, detail: expect.stringContaining(detail) });
  });

  it.each<[string, Partial<WaitFacts>, string, string, string]>([
    [
      'an image that is not there',
      unpulled('ErrImagePull', 'failed to resolve reference "x": not found', { refusals: 3 }),
      'image-pull',
      'cannot be pulled: failed to resolve',
      'whether the registry still has it',
    ],
    [
      'an image that the container needs which takes the inputs',
      {
        ...unpulled('ErrImagePull', 'x: not found', { refusals: 3 }),
        pod: pod({
          conditions: SCHEDULED,
          initContainerStatuses: [
            { name: 'inputs', state: { waiting: { reason: 'ErrImagePull', message: 'x: not found' } } },
          ],
          containerStatuses: [{ name: 'main', state: { waiting: { reason: 'PodInitializing' } } }],
        }),
      },
      'image-pull',
      'x: not found',
      'whether the registry still has it',
    ],
    [
      'a claim that is not there',
      {
        pod: unscheduled('0/1 nodes are available: persistentvolumeclaim "sets" not found. preemption: 0/1'),
      },
      'node-error',
      'persistentvolumeclaim "sets" not found',
      'kubectl get persistentvolumeclaims',
    ],
    [
      'the limits of a namespace',
      {
        events: [
          event(
            'FailedCreate',
            'Error creating: pods "x" is forbidden: maximum memory usage per Container is 1Gi, but limit is 2Gi',
          ),
        ],
      },
      'node-error',
      'maximum memory usage per Container is 1Gi',
      'kubectl describe limitrange',
    ],
    [
      'a quota that wants to know how much',
      {
        events: [
          event(
            'FailedCreate',
            'Error creating: pods "x" is forbidden: failed quota: compute: must specify limits.cpu for: main',
          ),
        ],
      },
      'node-error',
      'must specify limits.cpu for: main',
      'write "cpu" and "memory"',
    ],
    [
      'a webhook, in its own words',
      {
        events: [event('FailedCreate', 'admission webhook "policy.acme" denied the request: no team label')],
        standing: 120_000,
      },
      'node-error',
      'denied the request: no team label',
      'change what is refused',
    ],
    [
      'an image that may not be read',
      unpulled('ImagePullBackOff', 'Back-off pulling image: unexpected status: 401 Unauthorized', {
        refusals: 3,
      }),
      'image-pull',
      '401 Unauthorized',
      'pull-secret',
    ],
    [
      'a registry that does not come back',
      unpulled('ImagePullBackOff', 'dial tcp: i/o timeout', { failing: 120_000 }),
      'image-pull',
      'i/o timeout',
      'the nodes of the cluster reach the registry',
    ],
    [
      'a name that is none',
      unpulled('InvalidImageName', "couldn't parse image name"),
      'image-pull',
      "couldn't parse image name",
      'the nodes',
    ],
    [
      'an image of another architecture',
      unpulled('ErrImagePull', 'no match for platform in manifest: not found', { refusals: 3 }),
      'node-error',
      'no match for platform',
      'node-selector',
    ],
    [
      'a namespace that takes no root',
      {
        events: [
          event(
            'FailedCreate',
            'pods "x" is forbidden: violates PodSecurity "restricted:latest": runAsNonRoot != true',
          ),
        ],
      },
      'node-error',
      'the cluster refuses its pod: pods "x" is forbidden: violates PodSecurity',
      'run-as-user: 1000',
    ],
    [
      'a service account that is not there',
      {
        events: [
          event(
            'FailedCreate',
            'pods "x" is forbidden: error looking up service account ml/a: serviceaccount "a" not found',
          ),
        ],
        standing: 120_000,
      },
      'node-error',
      'serviceaccount "a" not found',
      'service-account',
    ],
    [
      'a priority class that is not there',
      { events: [event('FailedCreate', 'pods "x" is forbidden: no PriorityClass with name low was found')] },
      'node-error',
      'no PriorityClass',
      'priority-class',
    ],
    [
      'an image that is root, and may not be',
      { pod: kept('CreateContainerConfigError', 'container has runAsNonRoot and image will run as root') },
      'node-error',
      'runAsNonRoot',
      'run-as-user',
    ],
    [
      'a value that is not valid',
      { events: [event('FailedCreate', 'Pod "x" is invalid: spec.containers[0].resources: Invalid value')] },
      'node-error',
      'Invalid value',
      'change what is refused',
    ],
    [
      'a Secret that nobody has made',
      { pod: kept('CreateContainerConfigError', 'secret "team" not found'), standing: 120_000 },
      'node-error',
      'secret "team" not found',
      'kubectl describe pod',
    ],
    [
      'a key that its own Secret, which is made as a whole, does not have',
      { pod: kept('CreateContainerConfigError', "couldn't find key TOKEN in Secret ml/jobimg-r-env") },
      'node-error',
      "couldn't find key TOKEN",
      'kubectl describe pod',
    ],
    [
      'a node that cannot make the container',
      { pod: kept('CreateContainerError', 'context deadline exceeded'), standing: 120_000 },
      'node-error',
      'CreateContainerError: context deadline exceeded',
      'kubectl describe pod',
    ],
    [
      'a command that is not in the image, as CRI-O says it',
      {
        pod: kept(
          'CreateContainerError',
          'container create failed: exec: "sh": executable file not found in $PATH',
        ),
      },
      'failed',
      'the command was not found in the image',
      'outputs: none',
    ],
  ])('fails for %s', (_, changes, reason, detail, hint) => {
    const wait = waitingFor({ ...NOTHING, ...changes });

    expect(wait).toMatchObject({ kind: 'failed', failure: { reason } });
    expect(wait.kind === 'failed' && wait.failure.detail).toContain(detail);
    expect(wait.kind === 'failed' && wait.failure.hint).toContain(hint);
  });
});
