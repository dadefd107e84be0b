import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import type { Rule } from '../namespace.ts';

interface Manifest {
  readonly kind: string;
  readonly rules?: readonly Rule[];
}

/** Those of the file that the documents name. */
export function leastRules(): readonly Rule[] {
  const documents = parseAllDocuments(readFileSync('examples/kubernetes/rbac.yaml', 'utf8'));
  const role = documents.map((one) => one.toJS() as Manifest).find(({ kind }) => kind === 'Role');
  return role?.rules ?? [];
}
