"""The scripts that teach a shell to complete: `followup completion`."""

from typing_extensions import TypedDict

from followup.application.door import works
from followup.domain.shared.word import Word, parse_word


class Shell(Word):
    """The shells that can complete."""

    BASH = "bash", "GNU Bash"
    ZSH = "zsh", "Z shell"
    FISH = "fish", "fish"


class CompletionDocument(TypedDict):
    """A script, and the shell it is for."""

    shell: str
    script: str


_SCRIPTS = {
    Shell.BASH: r"""
_followup_completion() {
    local line
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("$line")
    done < <(_FOLLOWUP_SHELL=bash _FOLLOWUP_BREAKS="$COMP_WORDBREAKS" \
             _FOLLOWUP_WORDS="${COMP_LINE:0:COMP_POINT}" "$1" 2>/dev/null)
}
complete -o default -F _followup_completion followup
""",
    Shell.ZSH: r"""
#compdef followup
_followup_completion() {
    local value about
    local -a values labels
    while IFS=$'\t' read -r value about; do
        values+=("$value")
        labels+=("$value${about:+  -- $about}")
    done < <(_FOLLOWUP_SHELL=zsh _FOLLOWUP_WORDS="${(pj:\x1f:)${(Q@)words[1,CURRENT]}}" \
             "${words[1]}" 2>/dev/null)
    if (( $#values )); then
        compadd -l -d labels -a values
    else
        _files
    fi
}
if [ "${funcstack[1]}" = "_followup" ]; then
    _followup_completion "$@"
else
    compdef _followup_completion followup
fi
""",
    Shell.FISH: r"""
function _followup_completion
    set -lx _FOLLOWUP_SHELL fish
    set -lx _FOLLOWUP_WORDS (string join \x1f -- (commandline -opc) (commandline -ct))
    followup 2>/dev/null
end
complete -c followup -a "(_followup_completion)"
""",
}


@works("completion")
def completion(shell: str) -> CompletionDocument:
    """The script for a shell. Raises WrongUsage for an unknown one."""
    wanted = parse_word("shell", shell, Shell)
    return {"shell": wanted.value, "script": _SCRIPTS[wanted].lstrip("\n")}
