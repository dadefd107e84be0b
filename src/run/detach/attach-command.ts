import { DEFAULT_BACKEND } from '../../jobspec/job/backend-names.ts';
import type { Handle } from '../types/handle.ts';

/**
 * In a handle, for a place of which `context` only tells where its client led: the one that the spec or the operator's
 * defaults named.
 */
export const NAMED_CONTEXT = 'named-context';

/** `kubernetes`, or as a spec writes a backend with options: `{docker: {context: lab}}`. */
export function backendText({ backend, native }: Pick<Handle, 'backend' | 'native'>): string {
  const values = [
    ['namespace', backend === DEFAULT_BACKEND ? undefined : native['namespace']],
    ['place', native['place']],
    ['context', backend === DEFAULT_BACKEND ? native['context'] : native[NAMED_CONTEXT]],
  ] as const;
  const options = values.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${word(value)}`]));
  return options.length === 0 ? backend : `{${backend}: {${options.join(', ')}}}`;
}

/** What YAML may take for something else than text is quoted. */
function word(text: string): string {
  return /^[A-Za-z][\w.@/-]*$/.test(text) ? text : JSON.stringify(text);
}

type PlacedRun = Pick<Handle, 'run' | 'backend' | 'native'>;

/** What a person types on any machine that reaches the backend; `defaults` is an option, with a blank before it. */
export function attachCommand(handle: PlacedRun, defaults = ''): string {
  return `jobimg attach ${handle.run}${backendOption(handle)}${defaults}`;
}

export function cancelCommand(handle: PlacedRun, defaults = ''): string {
  return `jobimg cancel ${handle.run}${backendOption(handle)}${defaults}`;
}

function backendOption(handle: PlacedRun): string {
  const text = backendText(handle);
  return text === DEFAULT_BACKEND ? '' : ` --backend ${text.includes(' ') ? `'${text}'` : text}`;
}
