import { type Verified, type VerifiedImage, verdictOf } from '../../verify/verified.ts';
import { findingTable } from './finding-table.ts';
import { codeBlock, details, escapeMarkdown, inlineCode, table } from './markdown.ts';
import { joinSections } from './sections.ts';

const VERDICT: Readonly<Record<VerifiedImage['verdict'], string>> = {
  same: '✅ the same, bit for bit',
  packing: '⚠️ the same contents, packed in another way',
  different: '❌ different',
};

/** The summary of `verify/action.yml`. */
export function renderVerified(verified: Verified): string {
  const { images, findings } = verified;
  const rows = images.map(({ tag, platform, verdict }) => [
    inlineCode(tag),
    escapeMarkdown(platform ?? ''),
    VERDICT[verdict],
  ]);
  const digests = images.map(
    ({ tag, published, rebuilt }) => `${tag}\n  published ${published}\n  rebuilt   ${rebuilt}`,
  );
  const all = [...findings, ...images.flatMap((image) => image.findings)];
  return joinSections([
    `## jobimg verify: ${VERDICT[verdictOf(verified)]}`,
    images.length === 0 ? undefined : table(['image', 'platform', 'rebuilt'], rows),
    findingTable([...new Set(all)]),
    images.length === 0 ? undefined : details('Digests', codeBlock(digests.join('\n'), 'text')),
  ]);
}
