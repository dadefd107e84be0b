import type { Command, Job } from '../../jobspec/job/job.ts';
import type { Template } from '../../jobspec/job/placeholder.ts';
import { renderTemplate } from '../../jobspec/template/template.ts';
import type { EnsuredImage } from '../../plan/ensured-image.ts';
import type { ShownRun } from '../types/plan.ts';
import { renderCommand } from './command.ts';
import type { RunContext } from './context.ts';
import { runEnv, templateValues } from './environment.ts';

/** A run as it may be printed: what it takes from the caller's environment stands there by its name. */
export function shownRun(job: Job, image: EnsuredImage, context: RunContext, id: string): ShownRun {
  const callers = [...job.env].flatMap(([name, value]) => (value === undefined ? [name] : []));
  const named = { ...context, callerEnv: new Map(callers.map((name) => [name, `{{ env.${name} }}`])) };
  const values = templateValues(job, image, named, id);
  const written = (template: Template): Template =>
    asWritten(template, new Set(callers.map((name) => `env.${name}`)));
  return {
    command: renderCommand(mapTemplates(job.command, written), values),
    env: runEnv(job, values, named),
    outputs: job.outputs.paths.map((path) => renderTemplate(written(path), values)),
  };
}

/** These placeholders become text, so that nothing quotes them. */
function asWritten(template: Template, names: ReadonlySet<string>): Template {
  return template.map((part) => {
    if (typeof part === 'string' || !names.has(part.name)) return part;
    return `{{ ${part.raw ? 'raw.' : ''}${part.name} }}`;
  });
}

function mapTemplates(command: Command, map: (template: Template) => Template): Command {
  return command.kind === 'arguments'
    ? { ...command, words: command.words.map(map) }
    : { ...command, lines: command.lines.map(map) };
}
