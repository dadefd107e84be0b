import * as z from 'zod';
import type { TargetFacts } from '../../fit/facts.ts';
import { namesGpu, targetOfNode } from '../../fit/node-labels.ts';
import type { Api } from './api/client.ts';
import { isStatus } from './api/errors.ts';

const Nodes = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
      status: z.object({ allocatable: z.record(z.string(), z.string()).optional() }).optional(),
    }),
  ),
});

/**
 * The nodes with GPUs that the labels select, or those that have some and give none; none where they may not be listed, or
 * have none at the moment.
 */
export async function targetsOf(
  selector: ReadonlyMap<string, string>,
  api: Pick<Api, 'call'>,
): Promise<readonly TargetFacts[]> {
  const labelSelector = [...selector].map(([key, value]) => `${key}=${value}`).join(',');
  const query = labelSelector === '' ? {} : { labelSelector };
  try {
    const { value } = await api.call({ method: 'GET', path: '/api/v1/nodes', query });
    const nodes = Nodes.parse(value).items.map(({ metadata: { name, labels = {} }, status }) => ({
      name,
      labels,
      gpus: Number.parseInt(status?.allocatable?.['nvidia.com/gpu'] ?? '0', 10),
    }));
    const giving = nodes.filter(({ gpus }) => gpus > 0);
    // Where one of them gives GPUs, a pod goes there.
    return (giving.length > 0 ? giving : nodes.filter(namesGpu)).map(targetOfNode);
  } catch (error) {
    // Who may start a Job need not be allowed to see nodes.
    if (isStatus(error, 401, 403)) return [];
    throw error;
  }
}
