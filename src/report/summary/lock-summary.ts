import type { Finding } from '../../errors.ts';
import { findingTable } from './finding-table.ts';
import { codeBlock, escapeMarkdown } from './markdown.ts';
import { joinSections } from './sections.ts';

interface LockOutcome {
  /** How it ended, in one sentence. */
  readonly sentence: string;
  /** What moved, one line each. */
  readonly changes: readonly string[];
  readonly findings: readonly Finding[];
}

/** The summary of `lock/action.yml`. */
export function renderLocked({ sentence, changes, findings }: LockOutcome): string {
  return joinSections([
    '## jobimg lock',
    escapeMarkdown(sentence),
    changes.length === 0 ? undefined : codeBlock(changes.join('\n'), 'text'),
    findingTable(findings),
  ]);
}
