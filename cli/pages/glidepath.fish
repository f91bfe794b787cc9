# SPDX-License-Identifier: Apache-2.0
# Completion of glidepath for fish. "glidepath --completion fish" prints it, from the program's own table of options.

function __glidepath_is_first --description 'Whether no command stands there yet'
    set -l words (commandline -opc)
    test (count $words) -eq 1; or test "$words[2..-1]" = --completion
end

function __glidepath_command --description 'Whether the command is one of these'
    set -l words (commandline -opc)
    test (count $words) -ge 2; and contains -- $words[2] $argv
end

function __glidepath_word --description 'Whether the command is COMMAND and the first word behind it one of WORD...; no WORD: none yet'
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]; or return 1
    if test (count $argv) -eq 1
        test (count $words) -eq 2
    else
        test (count $words) -ge 3; and contains -- $words[3] $argv[2..-1]
    end
end

function __glidepath_world --description 'The world that the line chooses'
    set -l words (commandline -opc)
    for i in (seq (count $words))
        switch $words[$i]
            case --world
                test $i -lt (count $words); and echo $words[(math $i + 1)]
                return
            case '--world=*'
                string replace -- --world= '' $words[$i]
                return
        end
    end
    # @default-world@
end

function __glidepath_faults
    switch (__glidepath_world)
        # @faults@
    end
end

function __glidepath_hosts --description 'HOST=WORLD'
    set -l host (string match --regex -- '^(?:--also=)?([^=]+)=' (commandline -ct))
    test -n "$host[2]"; and string join \n -- $host[2]=$argv
end

complete -c glidepath -f
# @commands@
# @options@
