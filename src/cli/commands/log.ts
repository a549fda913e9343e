import { defineCommand } from '../define-command.ts'
import { withHistory } from '../open-workspace.ts'
import { filterList, optionalNumber, optionalText, revisionList, toggle } from '../parameters.ts'
import { commitLine, commitText } from '../commit-text.ts'

interface Flags {
  readonly since?: string
  readonly until?: string
  readonly filter?: readonly string[]
  readonly limit?: number
  readonly oneline: boolean
}

/** Characters; a system call for each commit would take longer than reading it. */
const writtenAtOnce = 16 * 1024

export const logCommand = defineCommand<Flags, string[]>({
  brief: 'List commits with who and what made them',
  about: 'Walks history as git does, and shows the record and the signature of each commit beside it.',
  examples: [
    ['ai-vcs log -n 5', 'the last five commits'],
    ['ai-vcs log --oneline main..feature', 'what a branch adds'],
    ['ai-vcs log --since 2w --filter agent:claude --filter tests:failed', 'a question about agents'],
  ],
  flags: {
    since: optionalText('Commits that are newer: 2d, 2w, 3mo, 2026-11-24', 'time'),
    until: optionalText('Commits that are older', 'time'),
    filter: filterList(),
    limit: optionalNumber('At most so many', 'number', { max: 1_000_000 }),
    oneline: toggle('One line for each'),
  },
  aliases: { n: 'limit' },
  positional: revisionList('Revisions or ranges, then paths; HEAD unless told', 'revision'),
  run: async (context, { since, until, filter, limit, oneline }, ...words) => {
    const { listCommits } = await import('../../repository/list-commits.ts')
    const { splitWords } = await import('../../repository/split-words.ts')
    const { output, signal, folder } = context
    await withHistory(context, async (workspace) => {
      const { revisions, paths } = await splitWords(workspace, words, { folder, signal })
      const commits = listCommits(workspace, {
        revisions,
        paths,
        signal,
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
        ...(filter && { filters: filter }),
        ...(limit !== undefined && { limit }),
      })
      if (output.isJson) {
        const found = []
        for await (const commit of commits) found.push(commit)
        output.result({ commits: found }, () => '')
        return
      }
      let isFirst = true
      let lines = ''
      for await (const commit of commits) {
        const text = oneline
          ? commitLine(commit, output.style)
          : (isFirst ? '' : '\n') + commitText(commit, output.style)
        lines += text.endsWith('\n') ? text : `${text}\n`
        isFirst = false
        if (lines.length < writtenAtOnce) continue
        output.result({}, () => lines)
        lines = ''
      }
      output.result({}, () => lines)
    })
  },
})
