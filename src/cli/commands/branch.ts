import { AnvcsError } from '../../contracts/errors.ts'
import { escapeLine } from '../../provenance/message-escape.ts'
import { shortId } from '../commit-text.ts'
import { defineCommand } from '../define-command.ts'
import { withHistory } from '../open-workspace.ts'
import { optionalBranchWord, toggle } from '../parameters.ts'

export const branchCommand = defineCommand<{ delete: boolean }, [string?, string?]>({
  brief: 'List, make or remove branches',
  examples: [
    ['ai-vcs branch', 'list them, with their rooms'],
    ['ai-vcs branch feature main', 'make one at a commit'],
    ['ai-vcs branch -d feature', 'remove one that is merged'],
  ],
  flags: { delete: toggle('Remove the branch, if it is merged') },
  aliases: { d: 'delete' },
  positional: {
    kind: 'tuple',
    parameters: [
      optionalBranchWord('The branch', 'name'),
      optionalBranchWord('Where it begins; HEAD unless told', 'start'),
    ],
  },
  run: async (context, flags, name, start) => {
    const { createBranch, deleteBranch, listBranches } = await import('../../repository/branches.ts')
    const { output, signal } = context
    await withHistory(context, async (workspace) => {
      if (flags.delete) {
        if (name === undefined) throw new AnvcsError('USAGE', { message: 'Which branch is to be removed?' })
        const commit = await deleteBranch(workspace, name, signal)
        output.result({ deleted: name, commit }, () => `Removed ${escapeLine(name)} (it was ${shortId(commit)})`)
      } else if (name === undefined) {
        const branches = await listBranches(workspace, signal)
        output.result({ branches }, () =>
          branches
            .map(({ name, commit, isCurrent, room }) => {
              const line = `${isCurrent ? '* ' : '  '}${escapeLine(name)} ${shortId(commit)}${room ? ` room ${room.slice(0, 12)}` : ''}`
              return isCurrent ? output.style.good(line) : line
            })
            .join('\n'),
        )
      } else {
        const branch = await createBranch(workspace, name, { signal, ...(start !== undefined && { start }) })
        output.result(branch, () => `Made ${escapeLine(branch.name)} at ${shortId(branch.commit)}`)
      }
    })
  },
})
