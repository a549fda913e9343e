import { defineCommand } from '../define-command.ts'
import { withWorkspace } from '../open-workspace.ts'
import { toggle } from '../parameters.ts'
import { AnvcsError } from '../../contracts/errors.ts'
import type { PurgePlan } from '../../repository/uninit.ts'
import { shortId } from '../commit-text.ts'
import { count } from '../count.ts'

const listed = 20

export const uninitCommand = defineCommand<{ purge: boolean; yes: boolean }>({
  brief: 'Take ai-vcs out of this repository',
  about:
    'Removes what `init` added: settings, .ai/meta/ and entries of the Git configuration. Files that you changed or committed stay.\nJournals, refs of rooms and records stay, too, unless you purge them. Your member key is never removed.',
  examples: [
    ['ai-vcs uninit', 'leave no trace but journals and records'],
    ['ai-vcs uninit --purge', 'remove those, too, after a list of what exists nowhere else'],
  ],
  flags: {
    purge: toggle('Remove journals, refs of rooms and records as well'),
    yes: toggle('Purge without asking'),
  },
  run: async (context, { purge, yes }) => {
    const { planPurge, uninitRepository } = await import('../../repository/uninit.ts')
    const { output, signal } = context
    await withWorkspace(context, async (workspace) => {
      if (purge) {
        const plan = await planPurge(workspace, signal)
        if (!output.isJson) output.tell(planText(plan))
        if (!yes && !(await context.confirm('Remove all this?', 'Say `--yes` with `--purge`.')))
          throw new AnvcsError('ABORTED')
      }
      const report = await uninitRepository(workspace, { isPurge: purge, signal })
      output.result(report, () =>
        [
          ...report.files.map((path) => `removed  ${path}`),
          ...report.config.map(({ name, value }) => `git      no more ${name} = ${value}`),
          ...report.hooks.map((name) => `removed  hook ${name}`),
          ...report.refs.map((name) => `removed  ${name}`),
          ...report.kept.map((path) => `kept     ${path}: it is yours by now`),
          ...(!purge && report.rooms.length
            ? [`kept     ${count(report.rooms.length, 'journal')}: \`ai-vcs uninit --purge\` removes them`]
            : []),
          report.files.length || report.config.length || report.hooks.length || purge
            ? 'ai-vcs is out of this repository.'
            : 'There was nothing to take away.',
        ].join('\n'),
      )
    })
  },
})

function planText({ rooms, recordsOnlyHere, headsOnlyHere }: PurgePlan): string {
  const lines = [
    ...rooms.map(({ room, sizeBytes }) => `journal of room ${room.slice(0, 12)}, ${Math.ceil(sizeBytes / 1024)} KiB`),
    ...ids(recordsOnlyHere, 'record'),
    ...ids(headsOnlyHere, 'head of a room'),
  ]
  if (!lines.length) return 'Nothing here exists only here.\n'
  return `As far as can be told from here, this exists nowhere else:\n${lines.map((line) => `  ${line}\n`).join('')}`
}

function ids(commits: readonly string[], what: string): readonly string[] {
  const shown = commits.slice(0, listed).map((commit) => `${what} of ${shortId(commit)}`)
  return commits.length > listed ? [...shown, `and ${commits.length - listed} more`] : shown
}
