import { defineCommand } from '../define-command.ts'
import { withHistory } from '../open-workspace.ts'
import { filterList, optionalNumber, optionalText, revisionList, toggle } from '../parameters.ts'
import { commitLine } from '../commit-text.ts'

interface Flags {
  readonly since?: string
  readonly until?: string
  readonly filter?: readonly string[]
  readonly limit?: number
  readonly all: boolean
}

export const graphCommand = defineCommand<Flags, string[]>({
  brief: 'Draw the graph of commits',
  about: 'Commits that a filter leaves out lose their line; the lines of descent stay.',
  examples: [
    ['ai-vcs graph --since 2w --filter agent:foo', 'what an agent did in two weeks'],
    ['ai-vcs graph --all', 'all branches, tags and remote branches'],
  ],
  flags: {
    since: optionalText('Commits that are newer: 2d, 2w, 3mo, 2026-11-24', 'time'),
    until: optionalText('Commits that are older', 'time'),
    filter: filterList(),
    limit: optionalNumber('At most so many commits; 1000 unless told', 'number', { max: 1_000_000 }),
    all: toggle('All branches, tags and remote branches'),
  },
  aliases: { n: 'limit' },
  positional: revisionList('Where to begin; HEAD unless told', 'revision'),
  run: async (context, { since, until, filter, limit, all }, ...revisions) => {
    const { drawGraph } = await import('../../repository/draw-graph.ts')
    const { output, signal } = context
    const lines = await withHistory(context, (workspace) =>
      drawGraph(workspace, {
        revisions,
        all,
        signal,
        ...(since !== undefined && { since }),
        ...(until !== undefined && { until }),
        ...(filter && { filters: filter }),
        ...(limit !== undefined && { limit }),
      }),
    )
    output.result({ commits: lines.flatMap(({ commit }) => commit ?? []) }, () =>
      lines
        .map(({ drawing, commit }) => (commit ? `${drawing} ${commitLine(commit, output.style)}` : drawing))
        .join('\n'),
    )
  },
})
