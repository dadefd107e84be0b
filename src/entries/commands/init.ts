import { join } from 'node:path';
import type { InitCall } from '../../host/inputs/call.ts';
import type { TerminalHost } from '../../host/terminal.ts';
import { proposeSpec, SPEC_FILE } from '../../init/propose.ts';
import { writeFresh } from '../../io/fs/own-files.ts';
import { createTree } from '../../source/files/tree.ts';

/** `jobimg init`: a first spec where there is none. */
export function initCall(
  { folder }: InitCall,
  { finding, info }: Pick<TerminalHost, 'finding' | 'info'>,
): number {
  const { text, reasons, findings } = proposeSpec(createTree(folder));
  writeFresh(join(folder, SPEC_FILE), text);
  for (const one of findings) finding(one);
  for (const reason of reasons) info(reason);
  info(`wrote ${SPEC_FILE}; next: jobimg check, jobimg plan, jobimg run --registry none`);
  return 0;
}
