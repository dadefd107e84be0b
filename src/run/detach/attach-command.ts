import { DEFAULT_BACKEND } from '../../jobspec/job/backend-names.ts';
import type { Handle } from '../run.ts';

/** What of a handle is an option of the backend, and is asked for by its name on another machine. */
const NAMED = ['namespace', 'place', 'context'] as const;

/** `kubernetes`, or as a spec writes a backend with options: `{docker: {context: lab}}`. */
export function backendText({ backend, native }: Pick<Handle, 'backend' | 'native'>): string {
  // The context of a kubeconfig is the operator's, and no option.
  const names = backend === DEFAULT_BACKEND ? ['context'] : NAMED.filter((name) => name !== 'context');
  const options = names.flatMap((name) => (native[name] === undefined ? [] : [`${name}: ${native[name]}`]));
  return options.length === 0 ? backend : `{${backend}: {${options.join(', ')}}}`;
}

/** What a person types on any machine that reaches the backend. */
export function attachCommand({ run, ...handle }: Pick<Handle, 'run' | 'backend' | 'native'>): string {
  const text = backendText(handle);
  const option = text === DEFAULT_BACKEND ? '' : ` --backend ${text.includes(' ') ? `'${text}'` : text}`;
  return `jobimg attach ${run}${option}`;
}
