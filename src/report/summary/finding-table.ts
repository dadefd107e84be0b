import type { Finding } from '../../errors.ts';
import { printLocation } from '../findings.ts';
import { escapeMarkdown, inlineCode, table } from './markdown.ts';

const MAX_FINDINGS = 200;

/** What was found, a row each; undefined where there is nothing. */
export function findingTable(findings: readonly Finding[]): string | undefined {
  if (findings.length === 0) return undefined;
  const rows = findings.slice(0, MAX_FINDINGS).map((finding) => {
    const place = printLocation(finding);
    const { level, message, hint } = finding;
    return [
      level,
      place === undefined ? '' : inlineCode(place),
      escapeMarkdown(message),
      escapeMarkdown(hint ?? ''),
    ];
  });
  const more = findings.length - rows.length;
  return `${table(['', 'where', 'what', 'what to do'], rows)}${more <= 0 ? '' : `\n\n… and ${more} more in the log`}`;
}
