// GitHub's own language service, with this repository as `org/jobimg-action`.
import { posix } from 'node:path';
import { DescriptionDictionary } from '@actions/expressions';
import { StringData } from '@actions/expressions/data/string';
import type { ActionMetadata, ActionReference } from '@actions/languageservice/action';
import { clearCache } from '@actions/languageservice/utils/workflow-cache';
import { type ValidationConfig, validate } from '@actions/languageservice/validate';
import { isActionStep } from '@actions/workflow-parser/model/type-guards';
import type { Step } from '@actions/workflow-parser/model/workflow-template';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { read } from '../repository.ts';

/** What is written where the owner's name will stand. */
const OURS = { owner: 'org', name: 'jobimg-action' };
const OUR_ACTION = /^(?:(?:\$|\.)\/|org\/jobimg-action\/?)([^@]*)/;

const CONFIG: ValidationConfig = {
  actionsMetadataProvider: { fetchActionMetadata },
  fileProvider: {
    async getFileContent(reference) {
      const isOurs =
        !('owner' in reference) ||
        (reference.owner === OURS.owner && reference.repository === OURS.name && reference.version === 'v1');
      if (!isOurs) throw new Error(`"${reference.path}" is not in this repository`);
      return { name: reference.path, content: read(posix.normalize(reference.path)) };
    },
  },
  contextProviderConfig: {
    async getContext(name, known, { job }) {
      return name === 'steps' && known !== undefined ? withOutputs(known, job?.steps ?? []) : undefined;
    },
  },
};

/** What it says of a workflow or an action, each with its line. */
export async function complaints(path: string, text: string): Promise<readonly string[]> {
  // It keeps what it has read by path, as an editor needs it.
  clearCache();
  const found = await validate(TextDocument.create(path, 'yaml', 1, text), CONFIG);
  const selfReferences = /\.github\/workflows\//.test(path) ? selfReferenceComplaints(text) : [];
  return [...found.map(({ range, message }) => `${range.start.line + 1}: ${message}`), ...selfReferences];
}

/** Actions of others are taken as they are: nothing here says what inputs they have. */
async function fetchActionMetadata({ owner, name, path = '' }: ActionReference): Promise<ActionMetadata> {
  if (owner === OURS.owner && name === OURS.name) return metadataIn(path);
  return { name, description: 'an action of others' };
}

function metadataIn(folder: string): ActionMetadata {
  return parse(read(posix.join(folder, 'action.yml')));
}

/** The service leaves the outputs of a step open; those of our own actions are known. */
function withOutputs(known: DescriptionDictionary, steps: readonly Step[]): DescriptionDictionary {
  const context = new DescriptionDictionary();
  for (const { key, value, description } of known.pairs()) {
    const outputs = outputsOf(steps.find(({ id }) => id === key));
    if (outputs === undefined || !(value instanceof DescriptionDictionary)) {
      context.add(key, value, description);
      continue;
    }
    const step = new DescriptionDictionary();
    for (const pair of value.pairs()) {
      step.add(pair.key, pair.key === 'outputs' ? outputs : pair.value, pair.description);
    }
    context.add(key, step, description);
  }
  return context;
}

function outputsOf(step: Step | undefined): DescriptionDictionary | undefined {
  if (step === undefined || !isActionStep(step)) return undefined;
  const [, folder] = OUR_ACTION.exec(step.uses.value) ?? [];
  if (folder === undefined) return undefined;
  const outputs = new DescriptionDictionary();
  for (const name of Object.keys(metadataIn(folder).outputs ?? {})) outputs.add(name, new StringData(name));
  return outputs;
}

interface Workflow {
  readonly jobs?: Readonly<Record<string, { readonly steps?: readonly SelfStep[] }>>;
}

interface SelfStep {
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

/** `$/` alone, the action at the top of the repository, is not looked up by the service. */
function selfReferenceComplaints(text: string): readonly string[] {
  const workflow: Workflow = parse(text);
  const steps = Object.values(workflow.jobs ?? {}).flatMap(({ steps: all = [] }) => all);
  const { inputs = {} } = metadataIn('');
  return steps
    .filter(({ uses }) => uses === '$/')
    .flatMap((step) => Object.keys(step.with ?? {}))
    .filter((name) => !Object.hasOwn(inputs, name))
    .map((name) => `Invalid action input '${name}' of $/`);
}
