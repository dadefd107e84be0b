import { UserError } from '../../../errors.ts';
import { COMMAND_NAMES, COMMANDS } from '../commands/commands.ts';
import { flagsOf, OPTIONS, type OptionName, optionRow } from '../commands/options.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** What a shell reads to complete the words of this program: the tables of the help, and the jobs of the spec. */
export function completionScript(shell: string): string {
  if (shell === 'bash') return bash();
  if (shell === 'zsh') return zsh();
  if (shell === 'fish') return fish();
  throw new UserError(`"${shell}" is no shell that is known here`, {
    kind: 'usage',
    hint: `write one of ${SHELLS.join(', ')}`,
  });
}

const NAMES = Object.keys(OPTIONS) as readonly OptionName[];

/** Where the jobs are that are to be offered: what the scripts hand on when they ask for them. */
const WHERE_FLAGS = COMMANDS.completion.options.flatMap(flagsOf);

function isLong(flag: string): boolean {
  return flag.startsWith('--');
}

/** Flags whose values are of a kind; options of two commands may have the same. */
function flagsWith(value: 'file' | 'folder' | 'job'): readonly string[] {
  return [...new Set(NAMES.filter((name) => optionRow(name).value === value).flatMap(flagsOf))];
}

const CHOICES: readonly (readonly [flags: readonly string[], words: readonly string[]])[] = NAMES.flatMap(
  (name) => {
    const { value } = optionRow(name);
    return typeof value === 'object' ? [[flagsOf(name), value] as const] : [];
  },
);

function optionsOf(name: (typeof COMMAND_NAMES)[number]): string {
  return [...COMMANDS[name].options.flatMap(flagsOf), '--help'].join(' ');
}

/** A name of a job is a stranger's text: it is compared and quoted, and never given to `compgen -W`, which expands it. */
function bash(): string {
  return `# bash completion of jobimg: source <(jobimg completion bash)
_jobimg() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} name value i
  local -a where=()
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${COMMAND_NAMES.join(' ')} --help --version" -- "$cur"))
    return
  fi
  case $prev in
    ${flagsWith('job').join('|')})
      for ((i = 2; i < COMP_CWORD - 1; i++)); do
        case \${COMP_WORDS[i]} in ${WHERE_FLAGS.join('|')})
          value=\${COMP_WORDS[i+1]}
          if [ "$value" = = ]; then value=\${COMP_WORDS[i+2]}; fi
          where+=("\${COMP_WORDS[i]}" "\${value/#\\~/$HOME}") ;;
        esac
      done
      while IFS= read -r name; do
        if [[ $name == "$cur"* ]]; then COMPREPLY+=("$(printf %q "$name")"); fi
      done < <("\${COMP_WORDS[0]}" completion jobs "\${where[@]}" 2>/dev/null)
      return ;;
    ${flagsWith('folder').join('|')}) COMPREPLY=($(compgen -d -- "$cur")); return ;;
    ${flagsWith('file').join('|')}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
${CHOICES.map(([flags, words]) => `    ${flags.join('|')}) COMPREPLY=($(compgen -W "${words.join(' ')}" -- "$cur")); return ;;`).join('\n')}
  esac
  case \${COMP_WORDS[1]} in
    completion) COMPREPLY=($(compgen -W "${SHELLS.join(' ')}" -- "$cur")) ;;
${COMMAND_NAMES.filter((name) => name !== 'completion')
  .map((name) => `    ${name}) COMPREPLY=($(compgen -W "${optionsOf(name)}" -- "$cur")) ;;`)
  .join('\n')}
  esac
}
complete -o bashdefault -o default -F _jobimg jobimg
`;
}

function zsh(): string {
  const described = COMMAND_NAMES.map((name) => quoted(`${name}:${COMMANDS[name].description}`));
  return `#compdef jobimg
# zsh completion of jobimg: source <(jobimg completion zsh)
_jobimg() {
  local -a commands=(
    ${described.join('\n    ')}
  )
  local -a where=()
  local i
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[CURRENT-1] in
    ${flagsWith('job').join('|')})
      for (( i = 3; i < CURRENT - 1; i++ )); do
        case $words[i] in
          ${WHERE_FLAGS.join('|')}) where+=($words[i] "\${\${(Q)words[i+1]}/#\\~/$HOME}") ;;
          ${WHERE_FLAGS.filter(isLong)
            .map((flag) => `${flag}=*`)
            .join('|')}) where+=("\${(Q)words[i]}") ;;
        esac
      done
      compadd -- \${(f)"$($words[1] completion jobs $where 2>/dev/null)"}; return ;;
    ${flagsWith('folder').join('|')}) _files -/; return ;;
    ${flagsWith('file').join('|')}) _files; return ;;
${CHOICES.map(([flags, words]) => `    ${flags.join('|')}) compadd -- ${words.join(' ')}; return ;;`).join('\n')}
  esac
  case $words[2] in
    completion) compadd -- ${SHELLS.join(' ')} ;;
${COMMAND_NAMES.filter((name) => name !== 'completion')
  .map((name) => `    ${name}) compadd -- ${optionsOf(name)}; _files ;;`)
  .join('\n')}
  esac
}
compdef _jobimg jobimg
`;
}

function fish(): string {
  const commands = COMMAND_NAMES.map(
    (name) =>
      `complete -c jobimg -n __fish_use_subcommand -f -a ${name} -d ${quoted(COMMANDS[name].description)}`,
  );
  const options = COMMAND_NAMES.flatMap((name) =>
    COMMANDS[name].options.map(
      (option) =>
        `complete -c jobimg -n ${quoted(`__fish_seen_subcommand_from ${name}`)} ${fishOption(option)}`,
    ),
  );
  const shells = `complete -c jobimg -n '__fish_seen_subcommand_from completion' -f -a ${quoted(SHELLS.join(' '))}`;
  return [
    '# fish completion of jobimg: jobimg completion fish | source',
    FISH_JOBS,
    ...commands,
    ...options,
    shells,
    '',
  ].join('\n');
}

function fishOption(name: OptionName): string {
  const { flags, meaning, value } = optionRow(name);
  const words = flagsOf(name).map((flag) =>
    flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`,
  );
  const takes = flags.includes('<')
    ? [value === 'file' || value === 'folder' ? '-r' : '-x', ...fishValues(value)]
    : [];
  return [...words, ...takes, `-d ${quoted(meaning)}`].join(' ');
}

/** The words up to the cursor, as fish reads them. */
const FISH_JOBS = `function __jobimg_jobs
  set -l words (commandline -opc)
  set -l where
  for i in (seq 2 (count $words))
    switch $words[$i]
      case ${WHERE_FLAGS.join(' ')}
        set -l next (math $i + 1)
        set -a where $words[$i] (string replace -r '^~' $HOME -- $words[$next])
      case ${WHERE_FLAGS.filter(isLong)
        .map((flag) => `'${flag}=*'`)
        .join(' ')}
        set -a where $words[$i]
    end
  end
  jobimg completion jobs $where 2>/dev/null
end`;

function fishValues(value: ReturnType<typeof optionRow>['value']): readonly string[] {
  if (value === 'job') return [`-a '(__jobimg_jobs)'`];
  return typeof value === 'object' ? [`-a ${quoted(value.join(' '))}`] : [];
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
