const HEADER = 8;
/** Output is 1 and errors 2, as in the log: https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Container/operation/ContainerAttach */
const STDERR = 2;
/** A bar goes back to where it began; two backspaces do that, and one mends a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: backspaces are what is looked for.
const BACK = /\r|\x08{2,}/;

/** What a bar showed last. */
export interface BarState {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/**
 * The newest state of a bar in frames of an attach stream, which may begin anywhere: what stands before the first way
 * back could be the end of a secret. undefined where none is whole, and where lines end, for those come in the log.
 */
export function barStateIn(frames: Uint8Array): BarState | undefined {
  const texts = textsOf(Buffer.from(frames));
  for (const stream of ['stderr', 'stdout'] as const) {
    const states = Buffer.concat(texts[stream]).toString().split(BACK).slice(1);
    const text = states.findLast((state) => state.trim() !== '');
    if (text !== undefined && !text.includes('\n')) return { stream, text };
  }
  return undefined;
}

function textsOf(frames: Buffer): Readonly<Record<BarState['stream'], readonly Buffer[]>> {
  const texts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  for (let at = 0; at + HEADER <= frames.length; ) {
    const end = at + HEADER + frames.readUInt32BE(at + 4);
    if (end > frames.length) break;
    texts[frames[at] === STDERR ? 'stderr' : 'stdout'].push(frames.subarray(at + HEADER, end));
    at = end;
  }
  return texts;
}
