#!/bin/sh
# Judges clones of one repository with git and grep alone; nothing of anvcs is used.
#
#   sh judge.sh WORDS SIGNERS BASE CLONE...
#
# WORDS    every word that was typed, one a line, each once
# SIGNERS  allowed signers, as `git verify-commit` wants them (ssh-keygen(1), ALLOWED SIGNERS)
# BASE     the commit that everybody began with
#
# Prints facts, one a line: CLONE NAME VALUE. Exits with 0 if, in every clone, each word stands exactly once in the
# files of HEAD, nothing is uncommitted, git fsck --strict finds no fault, every commit since BASE has a note and is
# signed by one of SIGNERS or is an automatic merge, and all clones have the same HEAD.
set -u
LC_ALL=C
export LC_ALL
[ $# -ge 4 ] || { sed -n '2,5p' "$0" >&2; exit 2; }
words=$1 signers=$2 base=$3
shift 3
case $signers in /*) ;; *) signers=$PWD/$signers ;; esac
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
status=0
head=

# tell NAME VALUE EXPECTED: prints a fact of the clone; another value than the expected one is a fault.
tell() {
  printf '%s %s %s\n' "$name" "$1" "$2"
  [ "$2" = "$3" ] || status=1
}

sort "$words" >"$work/typed"
for clone; do
  name=$(basename "$clone")
  tell head "$(git -C "$clone" rev-parse HEAD)" "${head:=$(git -C "$clone" rev-parse HEAD)}"
  printf '%s tree %s\n' "$name" "$(git -C "$clone" rev-parse 'HEAD^{tree}')"

  # Everything in the files that looks like a word, then what of it is one.
  git -C "$clone" grep -I -h -o -E '[a-z]+-[0-9]+-[0-9a-z]{6}' HEAD -- >"$work/all"
  grep -x -F -f "$work/typed" "$work/all" | sort >"$work/found"
  uniq -d "$work/found" >"$work/doubled"
  grep -v -x -F -f "$work/found" "$work/typed" >"$work/lost"
  typed=$(grep -c '' "$work/typed")
  tell typed "$typed" "$typed"
  tell found "$(grep -c '' "$work/found")" "$typed"
  tell lost "$(grep -c '' "$work/lost")" 0
  tell doubled "$(grep -c '' "$work/doubled")" 0
  for word in $(head -n 20 "$work/lost"); do tell lost-word "$word" ''; done
  for word in $(head -n 20 "$work/doubled"); do tell doubled-word "$word" ''; done

  tell uncommitted "$(git -C "$clone" status --porcelain | grep -c '')" 0
  if git -C "$clone" fsck --strict --no-dangling --no-progress >"$work/fsck" 2>&1; then tell fsck ok ok; else tell fsck failed ok; fi

  for commit in $(git -C "$clone" rev-list --reverse "$base..HEAD"); do
    if [ "$(git -C "$clone" show -s --format=%ce "$commit")" = merge@anvcs.invalid ]; then
      tell merge "$commit" "$commit"
    elif ! command -v ssh-keygen >/dev/null; then
      tell unchecked "$commit" "$commit"
    elif git -C "$clone" -c gpg.ssh.allowedSignersFile="$signers" verify-commit "$commit" 2>/dev/null; then
      tell signed "$commit" "$commit"
    else
      tell unsigned "$commit" ''
    fi
    git -C "$clone" notes --ref=ai-vcs list "$commit" >/dev/null 2>&1 || tell without-note "$commit" ''
  done
done
exit $status
