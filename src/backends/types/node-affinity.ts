import * as z from 'zod';
import type { Rows } from '../../jobspec/rows/row.ts';
import { labelKey, labelValue } from './labels.ts';

/** https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#node-affinity */
export interface NodeRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[] | undefined;
}

export const NODE_REQUIREMENT = {
  key: {
    value: labelKey,
    required: true,
    description: 'Key of a label of the node',
    type: 'key of a label',
    shown: ({ key }) => key,
  },
  operator: {
    value: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt']),
    required: true,
    description: 'How its value is compared',
    shown: ({ operator }) => operator,
  },
  values: {
    value: z.array(labelValue),
    description: 'List of values',
    details: 'None with `Exists` and `DoesNotExist`, one number with `Gt` and `Lt`',
    type: 'list of values of a label',
    otherwise: 'none',
    shown: ({ values }) => values?.join(', '),
  },
} satisfies Rows<NodeRequirement>;
