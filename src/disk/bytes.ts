const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

/** As a person reads it, in thousands: `812 MB`; a decimal from gigabytes on, and where there is one figure before it. */
export function printBytes(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value.toFixed(power > 2 || (power > 0 && value < 10) ? 1 : 0)} ${UNITS[power]}`;
}
