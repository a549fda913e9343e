import { AnvcsError } from '../contracts/errors.ts'
import type { ObjectId } from '../contracts/ids.ts'
import type { GitConfig } from '../git/config.ts'
import { nulItems } from '../git/git-lists.ts'
import { gitFailed } from '../git/git-program.ts'
import { unfinishedOperation } from '../git/probe.ts'
import { isAncestor } from '../git/ancestry.ts'
import { callMerging } from './merging-git.ts'
import { reattach } from './reattach.ts'
import type { Workspace } from './workspace.ts'

/** How commits are brought on top of what was fetched; undefined where they are merged. */
export type RebaseRule = 'plain' | 'merges' | undefined

/** By `branch.NAME.rebase`, else `pull.rebase` (git-config(1)). Throws CONFIG_INVALID, and USAGE for what needs an editor. */
export function rebaseRule(config: GitConfig, branch: string): RebaseRule {
  const name = [`branch.${branch}.rebase`, 'pull.rebase'].find((each) => config.get(each) !== undefined)
  const value = name === undefined ? 'false' : config.get(name)!.toLowerCase()
  if (value === 'merges' || value === 'm') return 'merges'
  if (value === 'interactive' || value === 'i')
    throw new AnvcsError('USAGE', {
      message: `${name} is ${value}, which needs an editor.`,
      hint: 'Use `git pull`, then `ai-vcs reattach` for the records.',
    })
  if (!/^(?:true|yes|on|false|no|off|-?\d*)$/.test(value))
    throw new AnvcsError('CONFIG_INVALID', {
      message: `${name} is ${value}, which Git does not know.`,
      hint: 'Set it to true, false or merges.',
    })
  return config.isTrue(name ?? '', false) ? 'plain' : undefined
}

/** Where the branch left its remote branch, by the reflog of that: it may have been rewritten there. To be asked before a fetch. */
export async function forkPoint(
  { git }: Workspace,
  tracked: string,
  signal: AbortSignal | undefined,
): Promise<ObjectId | undefined> {
  const found = await git.git.call(['merge-base', '--fork-point', tracked, 'HEAD'], { signal })
  return found.exitCode === 0 ? (new TextDecoder().decode(found.stdout).trim() as ObjectId) : undefined
}

/**
 * Brings the commits of the branch that is checked out on top of another, by `git rebase`; their records follow. Returns the paths that conflict:
 * then Git is in the middle of it. Throws WORK_TREE_BUSY where something is not committed, HOOK_REFUSED.
 */
export async function rebaseFetched(
  workspace: Workspace,
  {
    theirs,
    fork,
    rule,
    signal,
  }: {
    readonly theirs: ObjectId
    readonly fork: ObjectId | undefined
    readonly rule: Exclude<RebaseRule, undefined>
    readonly signal: AbortSignal | undefined
  },
): Promise<readonly string[]> {
  const { git } = workspace
  const isRewritten = fork !== undefined && !(await isAncestor(git, fork, theirs, signal))
  const options = ['--quiet', ...(rule === 'merges' ? ['--rebase-merges'] : [])]
  const args = ['rebase', ...options, '--onto', theirs, isRewritten ? fork : theirs]
  const labels = { left: 'HEAD', base: 'base', right: 'theirs' }
  const result = await callMerging(git, git.hooked, args, { labels, signal })
  if (result.exitCode !== 0 && !unfinishedOperation(git.gitDir)) {
    if (/pre-rebase hook/.test(result.stderr))
      throw new AnvcsError('HOOK_REFUSED', {
        message: 'The hook pre-rebase refused the rebase.',
        details: { output: result.stderr },
      })
    if (/unstaged changes|uncommitted changes|would be overwritten/.test(result.stderr))
      throw new AnvcsError('WORK_TREE_BUSY', {
        message: 'There are changes that are not committed.',
        hint: 'Commit them first, put them aside with `git stash`, or set rebase.autoStash.',
      })
    throw gitFailed(args, result)
  }
  if (result.exitCode !== 0) {
    const conflicts = nulItems(await git.git.run(['diff', '--name-only', '--diff-filter=U', '-z'], { signal }))
    if (conflicts.length) return conflicts
    throw gitFailed(args, result)
  }
  // Git takes notes along where `init` has told it to.
  await reattach(workspace, [`${theirs}..HEAD`], signal)
  return []
}
