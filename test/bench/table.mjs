/**
 * @typedef {object} Row
 * @property {string} name
 * @property {string} ours
 * @property {string} theirs
 * @property {string} ratio
 * @property {string} promise
 * @property {boolean} ok
 * @property {boolean} [isMissing]
 * @property {{ ours: number, theirs?: number, bound?: number }} numbers milliseconds, or the unit of the texts
 */

/** At least `bound` times faster than what stands beside it. @returns {Row} */
export function faster(name, ours, theirs, bound) {
  const times = theirs / ours;
  return row(
    name,
    ms(ours),
    ms(theirs),
    `${times.toFixed(1)} x faster`,
    `>= ${bound} x faster`,
    times >= bound,
  );
}

/** At most `bound` times what stands beside it. @returns {Row} */
export function within(name, ours, theirs, bound) {
  const times = ours / theirs;
  return row(name, ms(ours), ms(theirs), `${times.toFixed(2)} x`, `<= ${bound} x`, times <= bound, {
    ours,
    theirs,
    bound,
  });
}

/** A count or a size with nothing beside it. @returns {Row} */
export function atMost(name, value, bound, unit) {
  return row(name, `${Math.round(value)} ${unit}`, '', '', `<= ${bound} ${unit}`, value <= bound, {
    ours: value,
    bound,
  });
}

/** A measure that nothing was promised of. @returns {Row} */
export function told(name, ours, theirs) {
  if (theirs === undefined) return row(name, ms(ours), '', '', '', true, { ours });
  return row(name, ms(ours), ms(theirs), `${(ours / theirs).toFixed(2)} x`, '', true, { ours, theirs });
}

/** What could not be measured, and what it takes. @returns {Row} */
export function missing(name, what) {
  return { ...row(`${name}: missing, ${what}`, '', '', '', '', true, {}), isMissing: true };
}

function row(name, ours, theirs, ratio, promise, ok, numbers) {
  return { name, ours, theirs, ratio, promise, ok, numbers };
}

function ms(value) {
  return value < 10_000 ? `${value.toFixed(0)} ms` : `${(value / 1000).toFixed(1)} s`;
}

const COLUMNS = { name: 56, ours: 12, theirs: 12, ratio: 13, promise: 14, verdict: 6 };

export function printHead() {
  print({ name: '', ours: 'ours', theirs: 'theirs', ratio: 'ratio', promise: 'promise', verdict: '' });
}

/** @param {Row} measured */
export function printRow(measured) {
  const verdict = measured.promise === '' ? '' : measured.ok ? 'ok' : 'MISSED';
  print({ ...measured, verdict });
}

function print(cells) {
  const texts = Object.entries(COLUMNS).map(([name, width]) =>
    name === 'name' ? cells[name].padEnd(width) : cells[name].padStart(width),
  );
  console.log(texts.join(' ').trimEnd());
}
