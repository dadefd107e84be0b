/** The line of a terminal in which a bar moves. */
export interface BarLine {
  /** Whether it can move there; elsewhere each state is a line. */
  readonly isInPlace: boolean;
  readonly show: (text: string) => void;
  /** What has to be written before anything else: it takes the bar away, if there is one. */
  wiped(): string;
}

interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** To the beginning of the line, and nothing behind it. */
const WIPE = '\r\u001b[K';
const COLUMNS = 80;

export function createBarLine(output: Output, env: Readonly<Record<string, string | undefined>>): BarLine {
  let isShown = false;
  return {
    isInPlace: output.isTTY === true && env['TERM'] !== 'dumb',
    show(text) {
      // A state that goes over two lines could not be taken away.
      output.write(`${WIPE}${text.slice(0, (output.columns ?? COLUMNS) - 1)}`);
      isShown = true;
    },
    wiped() {
      const before = isShown ? WIPE : '';
      isShown = false;
      return before;
    },
  };
}
