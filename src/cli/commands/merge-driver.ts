import type { ConflictLabels } from '../../merge/merge-result.ts'
import { defineCommand } from '../define-command.ts'
import { exitStatus } from '../exit-code.ts'
import { findingText } from '../finding-text.ts'
import { optionalNumber, textList, word } from '../parameters.ts'

const maxMarkerSize = 1000
/** Findings that are told of one file; `--json` has them all. */
const maxTold = 10

interface DriverFlags {
  readonly markerSize?: number
  readonly labels?: readonly string[]
}

export const mergeDriverCommand = defineCommand<DriverFlags, [string, string, string, string]>({
  brief: 'Merge three files, as a merge driver of git',
  about:
    'Writes the merged file in the place of ours: with 0 it is clean, with 1 it has conflict markers, in the style that merge.conflictStyle\nnames. Git calls it for paths that .gitattributes gives it:\n\n  git config merge.ai-vcs.driver "ai-vcs merge-driver %O %A %B %P --marker-size %L"\n  echo "* merge=ai-vcs" >> .gitattributes',
  examples: [
    ['ai-vcs merge-driver base.txt ours.txt theirs.txt notes.txt', 'ours.txt becomes the merged file'],
    ['ai-vcs merge-driver --json %O %A %B %P', 'what conflicts where and why as JSON'],
  ],
  flags: {
    markerSize: optionalNumber('Signs of a conflict marker; 7 unless told', 'count', { max: maxMarkerSize }),
    labels: textList('What stands beside markers: of ours (%X), the base (%S) and theirs (%Y)', 'label'),
  },
  positional: {
    kind: 'tuple',
    parameters: [
      word('The file that both sides stem from, %O', 'base'),
      word('Our file, %A; it becomes the merged one', 'ours'),
      word('Their file, %B', 'theirs'),
      word('Where the file lies in the repository, %P', 'path'),
    ],
  },
  run: async (context, { markerSize, labels }, base, left, right, path) => {
    const { configuredStyle, mergeFile } = await import('../../repository/merge-file.ts')
    const { output, signal, environment, folder } = context
    const files = { base, left, right, path, markerSize: markerSize || undefined, labels: labelsOf(labels) }
    const merged = await mergeFile({
      folder,
      ...files,
      style: () => configuredStyle(folder, environment, signal),
      signal,
    })
    if (merged.status === 'binary') {
      output.warn(`${path} is no text, or larger than 64 MiB: ours is left as it is.`)
      output.result({ path, status: 'binary' }, () => '')
      return exitStatus.conflict
    }
    const { status, conflicts } = merged
    const findings = (merged.status === 'conflict' && merged.findings) || []
    for (const finding of findings.slice(0, maxTold)) output.warn(`${path}: ${findingText(finding)}.`)
    const certificate = merged.status === 'clean' ? merged.certificate : undefined
    // Git tells of conflicts itself, and what a driver prints would stand in the middle of the output of `git merge-tree`.
    output.result(
      { path, status, conflicts, ...(findings.length > 0 && { findings }), ...(certificate && { certificate }) },
      () => '',
    )
    return status === 'clean' ? exitStatus.ok : exitStatus.conflict
  },
})

/** An older git hands over `%X` where it should say what that is. */
function labelsOf([left, base, right]: readonly string[] = []): Partial<ConflictLabels> {
  const told = { left, base, right }
  return Object.fromEntries(Object.entries(told).filter(([, label]) => label && !/^%[XSY]$/.test(label)))
}
