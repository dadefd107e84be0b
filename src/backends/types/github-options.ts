import type * as z from 'zod';
import { option } from '../../jobspec/rows/lines.ts';
import { type Rows, schemaOf } from '../../jobspec/rows/row.ts';
import { STRING, scalar } from '../../jobspec/rows/scalar.ts';
import { parseRef, parseRepository, parseWorkflow } from '../../jobspec/values/github.ts';
import { oneOf } from './labels.ts';

const NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** What a spec may say of a workflow of another repository: which of those that the operator allows. */
export const GITHUB = {
  place: {
    value: scalar(
      oneOf(NAME, 'a name of a place', 'write a name that the operator has below "github"'),
      STRING,
    ),
    description: 'Name of the place, one that the operator of the machine has below `github`',
    type: 'name',
    otherwise: 'the only one',
    shown: option('place'),
  },
  repository: {
    value: scalar(parseRepository, STRING),
    description: 'Repository whose workflow runs the job, one that the operator allows',
    type: 'owner/name',
    otherwise: "the place's",
    shown: option('repository'),
  },
  workflow: {
    value: scalar(parseWorkflow, STRING),
    description: 'File of that workflow, the one that the operator allows',
    type: 'name of a file',
    otherwise: "the place's",
    shown: option('workflow'),
  },
  ref: {
    value: scalar(parseRef, STRING),
    description: 'Branch or tag of that workflow, the one that the operator allows',
    type: 'name',
    otherwise: "the place's",
    shown: option('ref'),
  },
} satisfies Rows<Readonly<Record<string, unknown>>>;

export const GithubOptions = schemaOf(GITHUB);
export type GithubOptions = z.output<typeof GithubOptions>;
