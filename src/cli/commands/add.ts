import { escapeLine } from '../../provenance/message-escape.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { wordList } from '../parameters.ts'

export const addCommand = defineCommand<object, string[]>({
  brief: 'Stage files for the next commit',
  about: 'As `git add`. In a room, new files are shared from then on, and the staged state is remembered.',
  examples: [
    ['ai-vcs add src/a.ts docs', 'a file and a folder'],
    ['ai-vcs add .', 'everything below this folder'],
    ['ai-vcs add "*.ts" ":!vendor"', 'what a pattern finds, but for one folder'],
  ],
  flags: {},
  positional: { ...wordList('Files, folders and patterns of them, as git takes them', 'path'), minimum: 1 },
  run: async (context, _, ...words) => {
    const { add } = await import('../../repository/add.ts')
    const { inRoom } = await import('../../repository/in-room.ts')
    const { pathspecsOf } = await import('../../repository/tree-path-of.ts')
    const { output, signal, folder } = context
    await withWorkspace(context, async (workspace) => {
      const paths = await pathspecsOf(workspace.git, folder, words)
      const here = (host: Parameters<typeof add>[1]) => add(workspace, host, paths)
      const staged = await inRoom(workspace, { method: 'add', params: { paths }, here, signal })
      output.result({ staged }, () => staged.map((path) => `staged  ${escapeLine(path)}`).join('\n'))
    })
  },
})
