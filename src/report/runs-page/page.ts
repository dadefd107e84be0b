import { createHash } from 'node:crypto';
import { text as uplot } from 'uplot/dist/uPlot.iife.min.js';
import { text as uplotStyle } from 'uplot/dist/uPlot.min.css';
import { text as uplotLicense } from 'uplot/LICENSE';
import type { KeptRecord } from '../../run/records/kept-run.ts';
import { printDuration } from '../duration.ts';
import { metricText } from '../kept-runs/list.ts';
import { type PageRun, pageRun } from './data.ts';
import { text as script } from './page.browser.js';
import { text as ownStyle } from './page.css';

/**
 * One page with everything in it: a browser loads nothing for it, and what its policy does not name by hash is not
 * executed. All that comes from runs is text, escaped here and set as text by the script.
 */
export function runsPage(kept: readonly KeptRecord[], made: Date): string {
  const runs = kept.map(pageRun);
  const style = `${uplotStyle}\n${ownStyle}`;
  const library = `/*\n${uplotLicense}\n*/\n${uplot}`;
  const scripts = [library, script].map(hashSource).join(' ');
  const policy = `default-src 'none'; script-src ${scripts}; style-src ${hashSource(style)}; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Runs</title>
<style>${style}</style>
</head>
<body>
<header>
<h1>Runs</h1>
<p>${runs.length} runs, written ${escapeHtml(made.toISOString().slice(0, 16).replace('T', ' '))} UTC</p>
<label>Filter <input id="filter" type="search" placeholder="a job, a status, lr=0.1" autocomplete="off"></label>
</header>
<div class="scroll">
${tableOf(runs)}
</div>
<section id="courses"><h2>Metrics</h2><div id="legend" class="legend" role="group" aria-label="Runs that are drawn"></div><div id="charts"></div></section>
<section id="sweep"><h2>Parameters and results</h2>
<p><label>Parameter <select id="param"></select></label> <label>Metric <select id="metric"></select></label></p>
<div id="scatter"></div></section>
<noscript><p>Sorting, filter and charts need JavaScript, which is part of this file.</p></noscript>
<script type="application/json" id="data">${jsonInHtml(runs)}</script>
<script>${library}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** https://www.w3.org/TR/CSP3/#grammardef-hash-source */
function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** No text in it ends the element that it stands in. */
function jsonInHtml(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

function tableOf(runs: readonly PageRun[]): string {
  const [params, metrics] = [
    namesIn(runs, ({ params: own }) => own),
    namesIn(runs, ({ metrics: own }) => own),
  ];
  const head = ['run', 'job', 'status', 'started', 'took', ...params, ...metrics];
  const cells = head.map(
    (name) => `<th scope="col" aria-sort="none"><button>${escapeHtml(name)}</button></th>`,
  );
  const rows = runs.map((run, index) => {
    const values = [...factsOf(run), ...params.map((name) => textCell(run.params[name] ?? ''))];
    const results = metrics.map((name) => numberCell(run.metrics[name], metricText(run.metrics[name])));
    return `<tr data-run="${index}">${[...values, ...results].join('')}</tr>`;
  });
  return `<table id="runs"><thead><tr>${cells.join('')}</tr></thead><tbody>\n${rows.join('\n')}\n</tbody></table>`;
}

function factsOf({ run, job, status, ending, started, duration }: PageRun): readonly string[] {
  return [
    textCell(run),
    textCell(job),
    `<td class="${status}">${escapeHtml(ending)}</td>`,
    textCell(started.slice(0, 16).replace('T', ' ')),
    numberCell(duration, duration === null ? '' : printDuration(duration)),
  ];
}

function textCell(text: string): string {
  return `<td>${escapeHtml(text)}</td>`;
}

/** It is sorted by its value, not by how that is written. */
function numberCell(value: number | null | undefined, text: string): string {
  return `<td class="number" data-value="${value ?? ''}">${escapeHtml(text)}</td>`;
}

function namesIn(
  runs: readonly PageRun[],
  read: (run: PageRun) => Readonly<Record<string, unknown>>,
): readonly string[] {
  return [...new Set(runs.flatMap((run) => Object.keys(read(run))))];
}
