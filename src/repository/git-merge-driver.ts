import type { ConfigValue } from './installed.ts'

/** The setting that names the driver of all paths to which no attribute gives another; gitattributes(5). */
export const defaultDriver = 'merge.default'

/** As Git knows ours. */
export const driverName = 'ai-vcs'

/** The end of a driver that could not merge by syntax: lines are merged, as Git would. */
export const mergesByLines = 'git merge-file --marker-size=%L %A %O %B || exit 1'

/**
 * The merge driver that `init --merge-driver` tells Git of. Where the program is gone or breaks, Git merges as it does without it: a driver
 * that fails leaves our side alone in the file, without markers (gitattributes(5)). `--` for names that would be options. A git that knows no `%S`, `%X` and `%Y`
 * hands them over as they are, and the driver takes that for nothing.
 */
export const mergeDriver: readonly ConfigValue[] = [
  { name: `merge.${driverName}.name`, value: 'ai-vcs: merges by syntax, and checks what it merged' },
  {
    name: `merge.${driverName}.driver`,
    value: [
      's=2; if command -v ai-vcs >/dev/null; then ai-vcs merge-driver --marker-size %L --labels %X --labels %S --labels %Y -- %O %A %B %P; s=$?; fi',
      '[ $s -gt 1 ] || exit $s',
      mergesByLines,
    ].join('; '),
  },
  { name: defaultDriver, value: driverName },
]

/**
 * What `git mergetool -t ai-vcs` calls after `init --merge-tool`: it merges what can be merged for certain; of a file that still conflicts git keeps
 * the one with its own markers (git-mergetool(1), mergetool.<tool>.trustExitCode). `cp` keeps the place of the file, which may be a link.
 */
export const mergeTool: readonly ConfigValue[] = [
  {
    name: 'mergetool.ai-vcs.cmd',
    value: 'cp -- "$LOCAL" "$MERGED" && ai-vcs merge-driver -- "$BASE" "$MERGED" "$REMOTE" "$MERGED"',
  },
  { name: 'mergetool.ai-vcs.trustExitCode', value: 'true' },
]
