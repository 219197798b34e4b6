# bash completion for holt: every candidate comes from the program itself.
_holt()
{
	local line=${COMP_LINE:0:COMP_POINT} cur=${COMP_WORDS[COMP_CWORD]}
	local words prefix word IFS=$' \t\n'
	read -ra words <<<"$line"
	[[ $line == *[[:blank:]] ]] && words+=('')
	# Bash splits words at = and : and wants only what follows them.
	[[ $cur == [=:] ]] && cur=
	prefix=${words[-1]%"$cur"}
	COMPREPLY=()
	while IFS=$'\t' read -r word _; do
		case $word in
		:files) mapfile -tO ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$cur") ;;
		:dirs) mapfile -tO ${#COMPREPLY[@]} COMPREPLY < <(compgen -d -- "$cur") ;;
		:commands) mapfile -tO ${#COMPREPLY[@]} COMPREPLY < <(compgen -c -- "$cur") ;;
		*) COMPREPLY+=("${word#"$prefix"}") ;;
		esac
		[[ $word == :files || $word == :dirs ]] && compopt -o filenames
	done < <("${words[0]}" __complete "${words[@]:1}" 2>/dev/null)
	[[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[=:] ]] && compopt -o nospace
	return 0
}
complete -F _holt holt
