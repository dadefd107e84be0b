const SHELL = /\.(?:sh|bash)$/;
const RETURN = 0x0d;
const LINE_FEED = 0x0a;

/** Whether a script has the line ends of Windows, told by the end of its first line: no program has a name that ends so. */
export function isWindowsScript(path: string, start: Uint8Array): boolean {
  const isScript = (start[0] === 0x23 && start[1] === 0x21) || SHELL.test(path);
  return isScript && hasWindowsLine(start);
}

export function hasWindowsLine(start: Uint8Array): boolean {
  const end = start.indexOf(LINE_FEED);
  return end > 0 && start[end - 1] === RETURN;
}
