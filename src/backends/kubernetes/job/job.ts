import { readJson } from '../../../json.ts';
import { KeptPlan, keptPlan } from '../../../run/kept-plan.ts';
import { NO_NETWORK, type RunNetwork } from '../../../run/network/network.ts';
import type { RunPlan } from '../../../run/types/plan.ts';
import type { KubernetesOptions } from '../../types/kubernetes-options.ts';
import type { Job } from '../api/answers.ts';
import { keptPaths, outputsFrom } from './kept-paths.ts';
import { ANNOTATION, jobName, LABEL, labelValue, MANAGER, secretName } from './names.ts';
import { completionsOf } from './nodes.ts';
import { podSpec, preparation } from './pod.ts';
import { KEEP } from './scripts.ts';

export interface JobFacts {
  readonly namespace: string;
  /** The Secret to pull with. */
  readonly pullSecret: string | undefined;
  readonly network?: RunNetwork | undefined;
}

/** Seconds that a run may wait for a node, a queue or a quota, where nobody follows it. */
const QUEUE = 7 * 24 * 3_600;
/** Seconds for which a Job that has ended stays, with its log, for whoever did not follow it. */
const STAY = 24 * 3_600;
const MARGIN = 300;

export function optionsOf({ backend }: Pick<RunPlan, 'backend'>): KubernetesOptions {
  // They were read by the row's own schema.
  return backend.options as KubernetesOptions;
}

/** The Job's own limit counts from its start, the wait for a node included; it takes the pod with its log away. */
function jobDeadline(run: RunPlan): number {
  const { queueTimeout = QUEUE, timeout, stopGrace } = run;
  return Math.ceil(queueTimeout + preparation(run) + timeout + stopGrace + KEEP + MARGIN);
}

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/job-v1/ */
export function jobBody(run: RunPlan, { namespace, pullSecret, network = NO_NETWORK }: JobFacts): object {
  const options = optionsOf(run);
  const labels = labelsOf(run, options);
  const name = jobName(run);
  const from = outputsFrom(run);
  const secrets = run.secrets.length === 0 ? undefined : secretName(name);
  const facts = { options, paths: keptPaths(run), secrets, pullSecret, network };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace, labels, annotations: annotationsOf(run) },
    spec: {
      backoffLimit: 0,
      ...completionsOf(run),
      podReplacementPolicy: 'Failed',
      ttlSecondsAfterFinished: STAY,
      activeDeadlineSeconds: jobDeadline(run),
      // Never started beside the queue, also where nobody minds it.
      ...(options.queue === undefined ? {} : { suspend: true }),
      template: {
        metadata: {
          labels: ownLabels(run),
          annotations: {
            // Each autoscaler has its own word for a pod that it must not move, be it to save a node.
            'karpenter.sh/do-not-disrupt': 'true',
            'cluster-autoscaler.kubernetes.io/safe-to-evict': 'false',
            'sidecar.istio.io/inject': 'false',
            ...(from === undefined ? {} : { [ANNOTATION.from]: from }),
          },
        },
        spec: podSpec(run, facts),
      },
    },
  };
}

function ownLabels(run: RunPlan): Readonly<Record<string, string>> {
  return {
    [LABEL.manager]: MANAGER,
    [LABEL.run]: run.id,
    [LABEL.family]: labelValue(run.family),
    [LABEL.job]: labelValue(run.job),
  };
}

function labelsOf(run: RunPlan, { queue }: KubernetesOptions): Readonly<Record<string, string>> {
  return { ...ownLabels(run), ...(queue === undefined ? {} : { [LABEL.queue]: queue }) };
}

function annotationsOf(run: RunPlan): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {
    [ANNOTATION.plan]: run.hash,
    [ANNOTATION.record]: JSON.stringify(keptPlan(run)),
  };
  const others = [
    [ANNOTATION.deadline, 'jobimg.deadline'],
    [ANNOTATION.repository, 'jobimg.repo'],
    [ANNOTATION.commit, 'jobimg.sha'],
  ] as const;
  for (const [annotation, label] of others) {
    const value = run.labels.get(label);
    if (value !== undefined) texts[annotation] = value;
  }
  return texts;
}

/** What a Job tells of its plan; undefined: nothing that is understood here. */
export function keptPlanIn(job: Job | undefined): KeptPlan | undefined {
  const text = job?.metadata.annotations?.[ANNOTATION.record];
  if (text === undefined) return undefined;
  return readJson(KeptPlan, text);
}
