import type { Findings } from '../../findings.ts';
import { reportComputed } from '../not-converted.ts';
import { lastPart, type PyValue } from '../python/value.ts';

/** Constants of `zenml.integrations.constants` whose value is not their name in lower case. */
const OTHER_NAMES: Readonly<Record<string, string>> = { OPEN_AI: 'openai', PYTORCH_L: 'pytorch_lightning' };

/** Names of integrations, written as texts or as ZenML's constants; a command installs them. */
export function integrationsOf(value: PyValue | undefined, findings: Findings): readonly string[] {
  if (value === undefined || value.kind === 'none') return [];
  const items = value.kind === 'list' ? value.items : [value];
  return items.flatMap((item) => {
    const name = nameOf(item);
    if (name !== undefined && /^[a-z0-9_-]+$/.test(name)) return [name];
    reportComputed('required_integrations', item, findings);
    return [];
  });
}

function nameOf(value: PyValue): string | undefined {
  if (value.kind === 'text') return value.text;
  if (value.kind !== 'name' || !/(?:^|\.)integrations\.constants\./.test(value.name)) return undefined;
  const constant = lastPart(value.name);
  return OTHER_NAMES[constant] ?? constant.toLowerCase();
}
