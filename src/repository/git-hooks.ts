/** Hooks that tell the room of a branch what git has done; githooks(5). */
export const hookNames = ['post-commit', 'post-merge', 'post-rewrite'] as const

/** Set for hooks that run within a commit of ours: it is told already. */
export const committingVariable = 'AI_VCS_COMMITS'

/** What `init --hooks` writes. What comes after the fact can refuse nothing, and a program that is gone is no fault. */
export const hookScript = `#!/bin/sh
# Written by \`ai-vcs init --hooks\`, removed by \`ai-vcs uninit\`: tells the room of this branch what git has done.
if [ -z "$${committingVariable}" ] && command -v ai-vcs >/dev/null; then
  ai-vcs take-in >/dev/null || true
fi
`
