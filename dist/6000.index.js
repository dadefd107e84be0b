export const id=6e3;export const ids=[6e3];export const modules={96e3:(o,e,n)=>{n.d(e,{completionScript:()=>m});var i=n(19473),t=n(61566),c=n(6634);let r=["bash","zsh","fish"];function m(o){if("bash"===o)return`# bash completion of jobimg: source <(jobimg completion bash)
_jobimg() {
  local cur=$\{COMP_WORDS[COMP_CWORD]} prev=$\{COMP_WORDS[COMP_CWORD-1]} name i
  local -a where=()
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${t.n.join(" ")} --help --version" -- "$cur"))
    return
  fi
  case $prev in
    ${s("job").join("|")})
      for ((i = 2; i < COMP_CWORD - 1; i++)); do
        case $\{COMP_WORDS[i]} in -C|--directory|--spec) where+=("$\{COMP_WORDS[i]}" "$\{COMP_WORDS[i+1]}") ;; esac
      done
      while IFS= read -r name; do
        if [[ $name == "$cur"* ]]; then COMPREPLY+=("$(printf %q "$name")"); fi
      done < <("$\{COMP_WORDS[0]}" completion jobs "$\{where[@]}" 2>/dev/null)
      return ;;
    ${s("folder").join("|")}) COMPREPLY=($(compgen -d -- "$cur")); return ;;
    ${s("file").join("|")}) COMPREPLY=($(compgen -f -- "$cur")); return ;;
${$.map(([o,e])=>`    ${o.join("|")}) COMPREPLY=($(compgen -W "${e.join(" ")}" -- "$cur")); return ;;`).join("\n")}
  esac
  case $\{COMP_WORDS[1]} in
    completion) COMPREPLY=($(compgen -W "${r.join(" ")}" -- "$cur")) ;;
${t.n.filter(o=>"completion"!==o).map(o=>`    ${o}) COMPREPLY=($(compgen -W "${a(o)}" -- "$cur")) ;;`).join("\n")}
  esac
}
complete -o bashdefault -o default -F _jobimg jobimg
`;if("zsh"===o){let o;return o=t.n.map(o=>p(`${o}:${t.L[o].description}`)),`#compdef jobimg
# zsh completion of jobimg: source <(jobimg completion zsh)
_jobimg() {
  local -a commands=(
    ${o.join("\n    ")}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  case $words[CURRENT-1] in
    ${s("job").join("|")}) compadd -- $\{(f)"$($words[1] completion jobs 2>/dev/null)"}; return ;;
    ${s("folder").join("|")}) _files -/; return ;;
    ${s("file").join("|")}) _files; return ;;
${$.map(([o,e])=>`    ${o.join("|")}) compadd -- ${e.join(" ")}; return ;;`).join("\n")}
  esac
  case $words[2] in
    completion) compadd -- ${r.join(" ")} ;;
${t.n.filter(o=>"completion"!==o).map(o=>`    ${o}) compadd -- ${a(o)}; _files ;;`).join("\n")}
  esac
}
compdef _jobimg jobimg
`}if("fish"===o){let o,e,n;return o=t.n.map(o=>`complete -c jobimg -n __fish_use_subcommand -f -a ${o} -d ${p(t.L[o].description)}`),e=t.n.flatMap(o=>t.L[o].options.map(e=>`complete -c jobimg -n ${p(`__fish_seen_subcommand_from ${o}`)} ${function(o){var e;let{flags:n,meaning:i,value:t}=(0,c.wV)(o),r=(0,c.Zo)(o).map(o=>o.startsWith("--")?`-l ${o.slice(2)}`:`-s ${o.slice(1)}`),m=n.includes("<")?["file"===t||"folder"===t?"-r":"-x",..."job"===(e=t)?["-a '(jobimg completion jobs 2>/dev/null)'"]:"object"==typeof e?[`-a ${p(e.join(" "))}`]:[]]:[];return[...r,...m,`-d ${p(i)}`].join(" ")}(e)}`)),n=`complete -c jobimg -n '__fish_seen_subcommand_from completion' -f -a ${p(r.join(" "))}`,["# fish completion of jobimg: jobimg completion fish | source",...o,...e,n,""].join("\n")}throw new i.yo(`"${o}" is no shell that is known here`,{kind:"usage",hint:`write one of ${r.join(", ")}`})}let l=Object.keys(c.lw);function s(o){return[...new Set(l.filter(e=>(0,c.wV)(e).value===o).flatMap(c.Zo))]}let $=l.flatMap(o=>{let{value:e}=(0,c.wV)(o);return"object"==typeof e?[[(0,c.Zo)(o),e]]:[]});function a(o){return[...t.L[o].options.flatMap(c.Zo),"--help"].join(" ")}function p(o){return`'${o.replaceAll("'","'\\''")}'`}}};
