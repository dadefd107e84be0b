"use strict";({ids:[6e3],modules:{96e3:(function(e,o,n){n.d(o,{completionScript:()=>$});var i=n(19473),t=n(61566),r=n(6634);let c=["bash","zsh","fish"];function $(e){if("bash"===e)return`# bash completion of jobimg: source <(jobimg completion bash)
_jobimg() {
  local cur=$\{COMP_WORDS[COMP_CWORD]} prev=$\{COMP_WORDS[COMP_CWORD-1]} name value i
  local -a where=()
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${t.n.join(" ")} --help --version" -- "$cur"))
    return
  fi
  case $prev in
    ${m("job").join("|")})
      for ((i = 2; i < COMP_CWORD - 1; i++)); do
        case $\{COMP_WORDS[i]} in ${l.join("|")})
          value=$\{COMP_WORDS[i+1]}
          if [ "$value" = = ]; then value=$\{COMP_WORDS[i+2]}; fi
          where+=("$\{COMP_WORDS[i]}" "$\{value/#\\~/$HOME}") ;;
        esac
      done
      while IFS= read -r name; do
        if [[ $name == "$cur"* ]]; then COMPREPLY+=("$(printf %q "$name")"); fi
      done < <("$\{COMP_WORDS[0]}" completion jobs "$\{where[@]}" 2>/dev/null)
      return ;;
    ${m("folder").join("|")}) COMPREPLY=($(compgen -d -- "$cur")); return ;;
    ${m("file").join("|")}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
${p.map(([e,o])=>`    ${e.join("|")}) COMPREPLY=($(compgen -W "${o.join(" ")}" -- "$cur")); return ;;`).join("\n")}
  esac
  case $\{COMP_WORDS[1]} in
    completion) COMPREPLY=($(compgen -W "${c.join(" ")}" -- "$cur")) ;;
${t.n.filter(e=>"completion"!==e).map(e=>`    ${e}) COMPREPLY=($(compgen -W "${f(e)}" -- "$cur")) ;;`).join("\n")}
  esac
}
complete -o bashdefault -o default -F _jobimg jobimg
`;if("zsh"===e){let e;return e=t.n.map(e=>j(`${e}:${t.L[e].description}`)),`#compdef jobimg
# zsh completion of jobimg: source <(jobimg completion zsh)
_jobimg() {
  local -a commands=(
    ${e.join("\n    ")}
  )
  local -a where=()
  local i
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[CURRENT-1] in
    ${m("job").join("|")})
      for (( i = 3; i < CURRENT - 1; i++ )); do
        case $words[i] in
          ${l.join("|")}) where+=($words[i] "$\{$\{(Q)words[i+1]}/#\\~/$HOME}") ;;
          ${l.filter(a).map(e=>`${e}=*`).join("|")}) where+=("$\{(Q)words[i]}") ;;
        esac
      done
      compadd -- $\{(f)"$($words[1] completion jobs $where 2>/dev/null)"}; return ;;
    ${m("folder").join("|")}) _files -/; return ;;
    ${m("file").join("|")}) _files; return ;;
${p.map(([e,o])=>`    ${e.join("|")}) compadd -- ${o.join(" ")}; return ;;`).join("\n")}
  esac
  case $words[2] in
    completion) compadd -- ${c.join(" ")} ;;
${t.n.filter(e=>"completion"!==e).map(e=>`    ${e}) compadd -- ${f(e)}; _files ;;`).join("\n")}
  esac
}
compdef _jobimg jobimg
`}if("fish"===e){let e,o,n;return e=t.n.map(e=>`complete -c jobimg -n __fish_use_subcommand -f -a ${e} -d ${j(t.L[e].description)}`),o=t.n.flatMap(e=>t.L[e].options.map(o=>`complete -c jobimg -n ${j(`__fish_seen_subcommand_from ${e}`)} ${function(e){let{flags:o,meaning:n,value:i}=(0,r.wV)(e),t=(0,r.Zo)(e).map(e=>e.startsWith("--")?`-l ${e.slice(2)}`:`-s ${e.slice(1)}`),c=o.includes("<")?["file"===i||"folder"===i?"-r":"-x",..."job"===i?["-a '(__jobimg_jobs)'"]:"object"==typeof i?[`-a ${j(i.join(" "))}`]:[]]:[];return[...t,...c,`-d ${j(n)}`].join(" ")}(o)}`)),n=`complete -c jobimg -n '__fish_seen_subcommand_from completion' -f -a ${j(c.join(" "))}`,["# fish completion of jobimg: jobimg completion fish | source",d,...e,...o,n,""].join("\n")}throw new i.yo(`"${e}" is no shell that is known here`,{kind:"usage",hint:`write one of ${c.join(", ")}`})}let s=Object.keys(r.lw),l=t.L.completion.options.flatMap(r.Zo);function a(e){return e.startsWith("--")}function m(e){return[...new Set(s.filter(o=>(0,r.wV)(o).value===e).flatMap(r.Zo))]}let p=s.flatMap(e=>{let{value:o}=(0,r.wV)(e);return"object"==typeof o?[[(0,r.Zo)(e),o]]:[]});function f(e){return[...t.L[e].options.flatMap(r.Zo),"--help"].join(" ")}let d=`function __jobimg_jobs
  set -l words (commandline -opc)
  set -l where
  for i in (seq 2 (count $words))
    switch $words[$i]
      case ${l.join(" ")}
        set -l next (math $i + 1)
        set -a where $words[$i] (string replace -r '^~' $HOME -- $words[$next])
      case ${l.filter(a).map(e=>`'${e}=*'`).join(" ")}
        set -a where $words[$i]
    end
  end
  jobimg completion jobs $where 2>/dev/null
end`;function j(e){return`'${e.replaceAll("'","'\\''")}'`}})}});
