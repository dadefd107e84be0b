import { describe, expect, it } from '@jest/globals';
import { Job } from '../../../../src/backends/kubernetes/api/answers.ts';
import { jobBody } from '../../../../src/backends/kubernetes/job/job.ts';
import { networkSecret } from '../../../../src/backends/kubernetes/job/network.ts';
import { NO_NETWORK, type RunNetwork } from '../../../../src/run/network/network.ts';
import { clusterPlan } from '../../kubernetes-bench.ts';

const RUN = clusterPlan('pip install x', { id: '7-1-a-0', env: new Map([['PIP_CERT', '/own.pem']]) });
const NETWORK: RunNetwork = {
  files: new Map([
    ['/run/jobimg/ca.pem', 'a certificate'],
    ['/run/jobimg/pip.conf', 'an index with a login'],
  ]),
  env: new Map([
    ['HTTPS_PROXY', 'http://user:pass@proxy.example'],
    ['PIP_CERT', '/run/jobimg/ca.pem'],
  ]),
};
const JOB = Job.parse({
  metadata: { name: 'jobimg-7-1-a-0', uid: 'u', annotations: {} },
  spec: {},
  status: {},
});

describe('what a machine gives to a run on a cluster', () => {
  const body = JSON.parse(
    JSON.stringify(jobBody(RUN, { namespace: 'ml', pullSecret: undefined, network: NETWORK })),
  );
  const pod = body.spec.template.spec;

  it('is in a Secret of the Job, and by name in its pod', () => {
    expect(networkSecret(RUN, JOB, NETWORK)).toMatchObject({
      kind: 'Secret',
      metadata: { name: 'jobimg-7-1-a-0-net', ownerReferences: [{ kind: 'Job', uid: 'u' }] },
      data: { 'ca.pem': Buffer.from('a certificate').toString('base64') },
    });
    expect(pod.volumes).toContainEqual({
      name: 'network',
      secret: {
        secretName: 'jobimg-7-1-a-0-net',
        items: [
          { key: 'ca.pem', path: 'ca.pem' },
          { key: 'pip.conf', path: 'pip.conf' },
        ],
      },
    });
    expect(pod.containers[0].volumeMounts).toContainEqual({
      name: 'network',
      mountPath: '/run/jobimg',
      readOnly: true,
    });
    expect(pod.containers[0].env).toContainEqual({
      name: 'HTTPS_PROXY',
      valueFrom: { secretKeyRef: { name: 'jobimg-7-1-a-0-net', key: 'HTTPS_PROXY' } },
    });
    expect(JSON.stringify(body)).not.toContain('pass@proxy');
  });

  it('leaves alone what the job sets itself', () => {
    const own = pod.containers[0].env.filter(({ name }: { name: string }) => name === 'PIP_CERT');

    expect(own).toEqual([{ name: 'PIP_CERT', value: '/own.pem' }]);
  });

  it('is nothing where the machine has nothing of its own', () => {
    expect(networkSecret(RUN, JOB, NO_NETWORK)).toBeUndefined();
    expect(JSON.stringify(jobBody(RUN, { namespace: 'ml', pullSecret: undefined }))).not.toContain('-net');
  });
});
