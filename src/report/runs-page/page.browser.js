// The script of the page of runs. It reads what stands in the page, and sets every text as text.
const runs = JSON.parse(document.getElementById('data').textContent);
const rows = [...document.querySelectorAll('#runs tbody tr')];
const HEIGHT = 260;
const hidden = new Set();
let charts = [];

const byId = (id) => document.getElementById(id);
const styleOf = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
/** Hues that stand far from each other, however many there are; darker on a light ground. */
const colorOf = (index) => `hsl(${Math.round(index * 137.508) % 360} 65% ${styleOf('--curve')})`;

function element(name, text = '', className = '') {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function isShown(index) {
  return !rows.find((row) => Number(row.dataset.run) === index).hidden && !hidden.has(index);
}

function cellValue(row, column) {
  const { dataset, textContent } = row.cells[column];
  const text = dataset.value ?? textContent;
  const number = Number(text);
  return text.trim() === '' || Number.isNaN(number) ? text : number;
}

/** Numbers before texts, and what is empty at the end in both directions. */
function compare(one, other, direction) {
  if (one === '' || other === '') return Number(one === '') - Number(other === '');
  if (typeof one === typeof other) return direction * (one < other ? -1 : Number(one > other));
  return typeof one === 'number' ? -1 : 1;
}

function sortBy(header) {
  const isAscending = header.getAttribute('aria-sort') !== 'ascending';
  for (const one of header.parentElement.cells) one.setAttribute('aria-sort', 'none');
  header.setAttribute('aria-sort', isAscending ? 'ascending' : 'descending');
  const column = header.cellIndex;
  rows.sort((a, b) => compare(cellValue(a, column), cellValue(b, column), isAscending ? 1 : -1));
  document.querySelector('#runs tbody').append(...rows);
}

/** Every word has to be in the row: in a cell, or as `name=value` of a parameter. */
function filterBy(text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  for (const row of rows) {
    const params = Object.entries(runs[row.dataset.run].params).map(([name, value]) => `${name}=${value}`);
    const whole = [...[...row.cells].map((cell) => cell.textContent), ...params].join('\n').toLowerCase();
    row.hidden = !words.every((word) => whole.includes(word));
  }
  draw();
}

const isDecade = (value) => Number.isInteger(Math.round(Math.log10(value) * 1e6) / 1e6);
/** Of a logarithmic axis only 0.01, 0.1, 1 and the like are drawn, and each is written as it is. */
const DECADES = {
  filter: (_, ticks) => ticks.map((tick) => (isDecade(tick) ? tick : null)),
  values: (_, ticks) => ticks.map((tick) => (tick === null ? null : String(Number(tick.toPrecision(3))))),
};

function xAxis({ values, isLog = false }, axis, label) {
  if (!isLog) return { ...axis, label, labelSize: 20, values };
  const { filter } = DECADES;
  const [grid, ticks] = [axis.grid, axis.ticks].map((lines) => ({ ...lines, filter }));
  return { ...axis, ...DECADES, grid, ticks, label, labelSize: 20 };
}

function plot(place, { data, series, label }) {
  const axis = {
    stroke: styleOf('--muted'),
    grid: { stroke: styleOf('--line'), width: 1 },
    ticks: { stroke: styleOf('--line'), width: 1 },
  };
  const width = Math.max(240, place.clientWidth);
  const options = {
    width,
    height: HEIGHT,
    legend: { show: false },
    scales: { x: { time: false, distr: data.isLog ? 3 : 1 } },
    axes: [xAxis(data, axis, label), axis],
    series: [{}, ...series],
  };
  charts.push(new uPlot(options, data.columns, place));
}

/** Several courses over all their points of x. */
function joined(courses) {
  const x = [...new Set(courses.flatMap(({ course }) => course.x))].sort((a, b) => a - b);
  const columns = courses.map(({ course }) => {
    const values = new Map(course.x.map((at, index) => [at, course.y[index]]));
    return x.map((at) => values.get(at) ?? undefined);
  });
  return [x, ...columns];
}

function drawCourse(metric) {
  const courses = runs.flatMap((run, index) => {
    const course = run.courses.find((one) => one.metric === metric);
    return course === undefined || !isShown(index) ? [] : [{ course, index }];
  });
  if (courses.length === 0) return;
  const chart = element('div', '', 'chart');
  chart.append(element('h3', metric));
  byId('charts').append(chart);
  const points = { fill: styleOf('--ground') };
  const series = courses.map(({ index }) => ({ stroke: colorOf(index), width: 2, spanGaps: true, points }));
  plot(chart, { data: { columns: joined(courses) }, series, label: courses[0].course.counter });
}

/** A parameter that is no number has a place for each of its values. */
function placesOf(values) {
  const numbers = values.map(Number);
  if (values.every((value, index) => value.trim() !== '' && Number.isFinite(numbers[index])))
    return { at: numbers };
  const names = [...new Set(values)].sort();
  return { at: values.map((value) => names.indexOf(value)), names };
}

/** Values of several magnitudes, as a sweep of learning rates has them, lie far apart only on such an axis. */
function isWide(values) {
  return Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) >= 100;
}

function drawSweep() {
  const [param, metric] = [byId('param').value, byId('metric').value];
  byId('scatter').replaceChildren();
  const chosen = runs.flatMap((run, index) => {
    const [value, result] = [run.params[param], run.metrics[metric]];
    return value === undefined || typeof result !== 'number' || !isShown(index)
      ? []
      : [{ value, result, index }];
  });
  if (chosen.length === 0) return;
  const { at, names } = placesOf(chosen.map(({ value }) => value));
  const points = chosen.map((one, order) => ({ ...one, x: at[order] })).sort((a, b) => a.x - b.x);
  const columns = points.map((one) => points.map((other) => (other === one ? one.result : null)));
  const series = points.map(({ index }) => {
    const color = colorOf(index);
    return { paths: () => null, points: { show: true, size: 9, fill: color, stroke: color } };
  });
  const values = names && ((_, ticks) => ticks.map((tick) => names[tick] ?? ''));
  const data = { columns: [points.map(({ x }) => x), ...columns], values, isLog: !names && isWide(at) };
  plot(byId('scatter'), { data, series, label: param });
}

function draw() {
  for (const button of document.querySelectorAll('#legend button'))
    button.style.borderLeftColor = colorOf(button.dataset.run);
  for (const chart of charts) chart.destroy();
  charts = [];
  byId('charts').replaceChildren();
  for (const metric of new Set(runs.flatMap(({ courses }) => courses.map((one) => one.metric))))
    drawCourse(metric);
  drawSweep();
}

function addLegend() {
  for (const [index, run] of runs.entries()) {
    if (run.courses.length === 0) continue;
    const params = Object.entries(run.params).map(([name, value]) => `${name}=${value}`);
    const button = element('button', [run.run, ...params].join(' '));
    button.dataset.run = index;
    button.setAttribute('aria-pressed', 'true');
    button.addEventListener('click', () => {
      if (!hidden.delete(index)) hidden.add(index);
      button.setAttribute('aria-pressed', String(!hidden.has(index)));
      draw();
    });
    byId('legend').append(button);
  }
}

function addChoices() {
  const counters = new Set(runs.flatMap(({ courses }) => courses.map(({ counter }) => counter)));
  for (const [id, read] of [
    ['param', (run) => run.params],
    ['metric', (run) => run.metrics],
  ]) {
    const names = [...new Set(runs.flatMap((run) => Object.keys(read(run))))];
    // What a metric is drawn over is a result of few sweeps.
    names.sort((a, b) => Number(counters.has(a)) - Number(counters.has(b)));
    byId(id).append(...names.map((name) => element('option', name)));
    byId(id).addEventListener('change', draw);
  }
  byId('sweep').hidden = byId('param').options.length === 0 || byId('metric').options.length === 0;
  byId('courses').hidden = runs.every(({ courses }) => courses.length === 0);
}

for (const header of document.querySelectorAll('#runs th'))
  header.firstElementChild.addEventListener('click', () => sortBy(header));
byId('filter').addEventListener('input', ({ target }) => filterBy(target.value));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
addEventListener('resize', draw);
addLegend();
addChoices();
draw();
