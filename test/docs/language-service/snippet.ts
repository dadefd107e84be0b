import { parse, stringify } from 'yaml';
import { read } from '../repository.ts';

type Mapping = Readonly<Record<string, unknown>>;

const HEAD = { on: { workflow_dispatch: { inputs: { run: {}, lr: {} } } } };

/**
 * A snippet of the documents as the whole workflow that a reader would put it into; undefined where it is none.
 * It may be a workflow, jobs, or steps. Jobs that it needs stand elsewhere: each is one that runs our action.
 */
export function workflowAround(text: string): string | undefined {
  if (!/^\s*(?:- )?(?:uses|steps|jobs):/m.test(text)) return undefined;
  const content: unknown = parse(text);
  if (Array.isArray(content)) return workflowOf({ job: { 'runs-on': 'ubuntu-24.04', steps: content } }, text);
  if (typeof content !== 'object' || content === null) return undefined;
  if ('jobs' in content) return stringify({ ...HEAD, ...content });
  return workflowOf(content as Mapping, text);
}

function workflowOf(jobs: Mapping, text: string): string {
  const needed = Object.values(jobs).flatMap((job) => (job as { readonly needs?: string }).needs ?? []);
  const missing = needed.filter((name) => !(name in jobs));
  return stringify({
    ...HEAD,
    jobs: { ...Object.fromEntries(missing.map((name) => [name, otherJob(text)])), ...jobs },
  });
}

/** It hands on every output of the action, by their names and by those that a comment of the snippet gives them. */
function otherJob(text: string): Mapping {
  const { outputs }: { readonly outputs: Mapping } = parse(read('action.yml'));
  const own = Object.keys(outputs).map((name) => [name, `\${{ steps.job.outputs.${name} }}`] as const);
  const named = [...text.matchAll(/([\w-]+): "?(\$\{\{ steps\.job\.outputs\.[\w-]+ \}\})/g)];
  return {
    'runs-on': 'ubuntu-24.04',
    outputs: Object.fromEntries([...own, ...named.map(([, name = '', value]) => [name, value] as const)]),
    steps: [{ id: 'job', uses: 'org/jobimg-action@v1' }],
  };
}
