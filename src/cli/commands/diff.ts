import { AnvcsError } from '../../contracts/errors.ts'
import type { DiffTarget } from '../../repository/file-difference.ts'
import type { Workspace } from '../../repository/workspace.ts'
import { count } from '../count.ts'
import type { CliContext } from '../context.ts'
import { defineCommand } from '../define-command.ts'
import { withHistory } from '../open-workspace.ts'
import { revisionList, toggle } from '../parameters.ts'

export const diffCommand = defineCommand<{ staged: boolean; stat: boolean; semantic: boolean }, string[]>({
  brief: 'Show what differs between commits, index and work tree',
  about:
    'With --semantic it tells what became of declarations, keys of JSON, YAML and TOML, cells of notebooks, and images: added, removed, renamed,\nmoved, extracted and inlined (from file to file, too), and which part changed. What only likeness tells is marked as a guess.',
  examples: [
    ['ai-vcs diff', 'what is not staged'],
    ['ai-vcs diff --staged', 'what the next commit holds'],
    ['ai-vcs diff main..feature src', 'two commits, in one folder'],
    ['ai-vcs diff main..feature --semantic', 'which functions, keys and cells differ'],
  ],
  flags: {
    staged: toggle('The index against the last commit'),
    stat: toggle('Numbers of lines instead of the patch'),
    semantic: toggle('Declarations, keys and cells instead of the patch'),
  },
  positional: revisionList('Revisions, then paths', 'word'),
  run: async (context, { staged, stat, semantic }, ...words) => {
    if (stat && semantic)
      throw new AnvcsError('USAGE', {
        message: 'A diff is of numbers or of what the files hold.',
        hint: 'Say `--stat` or `--semantic`.',
      })
    const { diffFiles, diffText, refuseWithoutFiles } = await import('../../repository/show-diff.ts')
    const { splitWords } = await import('../../repository/split-words.ts')
    const { output, signal, folder } = context
    await withHistory(context, async (workspace) => {
      const { revisions, paths } = await splitWords(workspace, words, { folder, signal })
      const target = { args: [...(staged ? ['--cached'] : []), ...revisions], paths }
      await refuseWithoutFiles(workspace, target, signal)
      if (semantic) return printSemanticDiff(context, workspace, target)
      const patch = await diffText(workspace, target, { isColored: output.style.isOn, isStat: stat, signal })
      if (output.isJson) output.result({ files: await diffFiles(workspace, target, signal), patch }, () => '')
      else output.result({}, () => patch)
    })
  },
})

async function printSemanticDiff(
  { output, signal }: CliContext,
  workspace: Workspace,
  target: DiffTarget,
): Promise<void> {
  const { describeDiff } = await import('../../merge-on-node.ts')
  const { semanticDiff } = await import('../../repository/semantic-diff.ts')
  const { semanticDiffText } = await import('../semantic-diff-text.ts')
  const diff = await semanticDiff(workspace, target, describeDiff, signal)
  output.result(diff, () => semanticDiffText(diff, output.style))
  if (diff.unmerged.length)
    output.warn(`${count(diff.unmerged.length, 'file')} in conflict left out; \`ai-vcs explain\` tells of them.`)
}
