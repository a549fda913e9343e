import type { ConfigValue } from './installed.ts'

/** The setting that names the driver of all paths to which no attribute gives another; gitattributes(5). */
export const defaultDriver = 'merge.default'

/** The merge driver that `init --merge-driver` tells Git of. Where the program is gone Git merges as it does without it. */
export const mergeDriver: readonly ConfigValue[] = [
  { name: 'merge.ai-vcs.name', value: 'ai-vcs: merges by syntax, and checks what it merged' },
  {
    name: 'merge.ai-vcs.driver',
    value:
      'if command -v ai-vcs >/dev/null; then ai-vcs merge-driver %O %A %B %P --marker-size %L; else git merge-file --marker-size=%L %A %O %B; fi',
  },
  { name: defaultDriver, value: 'ai-vcs' },
]
