# fish completion for holt: every candidate comes from the program itself.
function __holt_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in ($words[1] __complete $words[2..-1] 2>/dev/null)
        set -l cur (string replace -r '^--[^=]*=' '' -- $words[-1])
        set -l before (string match -r '^--[^=]*=' -- $words[-1])
        switch $line
            case :files
                printf '%s\n' $before(__fish_complete_path $cur)
            case :dirs
                printf '%s\n' $before(__fish_complete_directories $cur)
            case :commands
                __fish_complete_command
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c holt -f -a '(__holt_complete)'
