import { backendContract } from './contract.ts';
import { startGithubBench } from './github/bench.ts';

const LOG = 'GitHub gives the log of a job when the job is over';
const STAYS = 'a workflow run stays with its repository: test/backends/github/ has the rest of the row';

backendContract(
  'the github backend on a stand-in for GitHub',
  startGithubBench,
  {
    'tells stdout and stderr apart, and how it ended': 'the log of a workflow is one stream',
    'tells how a run stands that another process started, and stops it for who collects it': LOG,
    'goes on when who follows it leaves, and is followed from there': LOG,
    'stops a run when it is told to leave, and lets it save what it has': LOG,
    'keeps long lines whole, and the end without a newline':
      'lines are cut where they are shown, and the log has whole lines',
    'says when the image is not there':
      'the plan of a run stands beside its image, so nothing is started without it',
    'lists every run that is there, for who has no record of it': STAYS,
    'is attached to by its id alone, where nothing else is known of it': STAYS,
    'cancels a run before, while and after it runs, twice, and one that never was': STAYS,
  },
  180_000,
);
