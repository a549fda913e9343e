import { shortId } from '../commit-text.ts'
import { count } from '../count.ts'
import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { revisionList } from '../parameters.ts'

export const reattachCommand = defineCommand<object, string[]>({
  brief: 'Find the records of commits that were amended, rebased or squashed',
  about:
    'Commits name their record in their message, which rewriting keeps; one whose message was replaced is found by its change, author and\ntime. Records are added to the notes of the new commits. In a repository that is set up, Git carries notes along by itself where\nit rewrites commits; this is for what was rewritten elsewhere, on a forge for instance.',
  examples: [
    ['ai-vcs reattach', 'all history of this branch'],
    ['ai-vcs reattach origin/main..HEAD', 'what was rebased just now'],
  ],
  flags: {},
  positional: revisionList('Revisions and ranges; HEAD unless told', 'range'),
  run: async (context, _, ...words) => {
    const { reattach } = await import('../../repository/reattach.ts')
    const { output, signal } = context
    const ranges = words.length ? words : ['HEAD']
    const report = await withWorkspace(context, (workspace) => reattach(workspace, ranges, signal))
    const { checked, reattached, missing } = report
    output.result(report, () =>
      [
        ...reattached.map(({ commit, from, by }) => `${shortId(commit)}  record of ${shortId(from)}, by its ${by}`),
        ...missing.map((commit) => `${shortId(commit)}  names a record that is not here`),
        `${count(checked, 'commit')}: ${count(reattached.length, 'record')} reattached, ${missing.length} not here`,
      ].join('\n'),
    )
  },
})
