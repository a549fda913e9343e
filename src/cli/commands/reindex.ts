import { count } from '../count.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'

export const reindexCommand = defineCommand({
  brief: 'Make .ai/meta anew from the records',
  about: 'A folder for each commit with its record and its test report, for people and programs that read files.',
  examples: [['ai-vcs reindex', 'after a clone, or when .ai was removed']],
  flags: {},
  run: async (context) => {
    const { reindex } = await import('../../repository/commit-meta.ts')
    const report = await withWorkspace(context, ({ git }) => reindex(git, context.signal))
    const { records, written, removed } = report
    context.output.result(
      report,
      () => `${count(records, 'record')} in .ai/meta: ${written} written, ${removed} removed`,
    )
  },
})
