const MINUTE = 60;

/** `12 min 4 s`; less than a second has a decimal. */
export function printDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const parts = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor(whole / MINUTE) % MINUTE, 'min'],
    [whole % MINUTE, 's'],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return shown.length === 0 ? `${seconds.toFixed(1)} s` : shown.join(' ');
}

/** How long a phase took: below a minute, tenths of a second tell a quick one from a slow one. */
export function printTook(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return seconds < MINUTE ? `${seconds.toFixed(1)} s` : printDuration(seconds);
}
