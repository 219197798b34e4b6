# fish completion for holt: every candidate comes from the program itself.
function __holt_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l opening '^(--[^=]*=|(oci|oci-archive|docker-archive|dir):)'
    set -l before (string match -r $opening -- $words[-1])[1]
    set -l typed (string replace -r $opening '' -- $words[-1])
    for line in ($words[1] __complete $words[2..-1] 2>/dev/null)
        switch $line
            case :files
                string replace -r '^' -- "$before" (__fish_complete_path "$typed")
            case :dirs
                string replace -r '^' -- "$before" (__fish_complete_directories "$typed")
            case :commands
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end
complete -c holt -f -a '(__holt_complete)'
