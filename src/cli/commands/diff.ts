import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { toggle, wordList } from '../parameters.ts'

export const diffCommand = defineCommand<{ staged: boolean; stat: boolean }, string[]>({
  brief: 'Show what differs between commits, index and work tree',
  examples: [
    ['ai-vcs diff', 'what is not staged'],
    ['ai-vcs diff --staged', 'what the next commit holds'],
    ['ai-vcs diff main..feature src', 'two commits, in one folder'],
  ],
  flags: {
    staged: toggle('The index against the last commit'),
    stat: toggle('Numbers of lines instead of the patch'),
  },
  positional: wordList('Revisions, then paths', 'word'),
  run: async (context, { staged, stat }, ...words) => {
    const { diffFiles, diffText } = await import('../../repository/show-diff.ts')
    const { splitWords } = await import('../../repository/split-words.ts')
    const { output, signal, folder } = context
    await withWorkspace(context, async (workspace) => {
      const { revisions, paths } = await splitWords(workspace, words, { folder, signal })
      const target = { args: [...(staged ? ['--cached'] : []), ...revisions], paths }
      const patch = await diffText(workspace, target, { isColored: output.style.isOn, isStat: stat, signal })
      if (output.isJson) output.result({ files: await diffFiles(workspace, target, signal), patch }, () => '')
      else output.result({}, () => patch)
    })
  },
})
