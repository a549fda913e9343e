import { AnvcsError } from '../contracts/errors.ts'
import type { Environment } from '../node/config-folder.ts'

/** Hooks that tell the room of a branch what git has done; githooks(5). */
export const hookNames = ['post-commit', 'post-merge', 'post-rewrite'] as const

/**
 * Set for hooks that run within a commit of ours: it is told already. Until it is made the value is the Git folder of the repository, which
 * no hook can commit to then; 1 afterwards.
 */
export const committingVariable = 'AI_VCS_COMMITS'

/** Throws WORK_TREE_BUSY in a hook of a commit that is not made yet: each would wait for the other, or begin another one without end. */
export function refuseWithinCommit({ gitDir }: { readonly gitDir: string }, env: Environment): void {
  if (env[committingVariable] !== gitDir) return
  throw new AnvcsError('WORK_TREE_BUSY', {
    message: 'A hook cannot commit to the repository whose commit waits for it.',
    hint: 'Let the hook stage its files by `git add`: they come into the commit that it runs for. A hook `post-commit` may commit.',
  })
}

/** What `init --hooks` writes. What comes after the fact can refuse nothing, and a program that is gone is no fault. */
export const hookScript = `#!/bin/sh
# Written by \`ai-vcs init --hooks\`, removed by \`ai-vcs uninit\`: tells the room of this branch what git has done.
if [ -z "$${committingVariable}" ] && command -v ai-vcs >/dev/null; then
  ai-vcs take-in >/dev/null || true
fi
`
