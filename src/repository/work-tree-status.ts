import type { ObjectId } from '../contracts/ids.ts'
import { nulItems } from '../git/git-lists.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import type { Workspace } from './workspace.ts'

/** A path that is not as the last commit, or the index, has it. */
export interface ChangedPath {
  readonly path: string
  /** Where it was before a rename. */
  readonly from: string | null
  readonly status: 'added' | 'deleted' | 'modified' | 'renamed' | 'copied' | 'type changed'
}

export interface WorkTreeStatus {
  /** Without `refs/heads/`; null where HEAD is detached. */
  readonly branch: string | null
  readonly commit: ObjectId | null
  readonly upstream: { readonly name: string; readonly ahead: number; readonly behind: number } | null
  /** What Git is in the middle of, in words. */
  readonly operation: string | null
  readonly staged: readonly ChangedPath[]
  readonly unstaged: readonly ChangedPath[]
  readonly untracked: readonly string[]
  readonly conflicts: readonly string[]
}

const words: Readonly<Record<string, ChangedPath['status']>> = {
  A: 'added',
  C: 'copied',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type changed',
}

/** What `git status` tells (porcelain version 2). */
export async function readWorkTreeStatus({ git }: Workspace, signal?: AbortSignal): Promise<WorkTreeStatus> {
  const head = readHead(git.gitDir, git.refs)
  // Each file by itself, unless the user has chosen how they are shown.
  const untrackedFiles = git.config.get('status.showuntrackedfiles') === undefined ? ['--untracked-files=all'] : []
  const args = ['status', '--porcelain=v2', '--branch', '-z', ...untrackedFiles]
  const items = nulItems(await git.git.run(args, { signal }))
  const staged: ChangedPath[] = []
  const unstaged: ChangedPath[] = []
  const untracked: string[] = []
  const conflicts: string[] = []
  const headers = new Map<string, string>()
  for (let at = 0; at < items.length; at++) {
    const item = items[at]!
    if (item.startsWith('# ')) headers.set(item.split(' ')[1]!, item.split(' ').slice(2).join(' '))
    else if (item.startsWith('? ')) untracked.push(item.slice(2))
    else if (item.startsWith('u ')) conflicts.push(item.split(' ').slice(10).join(' '))
    else if (item.startsWith('1 ') || item.startsWith('2 ')) {
      const isMoved = item.startsWith('2 ')
      const fields = item.split(' ')
      const path = fields.slice(isMoved ? 9 : 8).join(' ')
      const from = isMoved ? (items[++at] ?? null) : null
      const [index, tree] = fields[1]!
      if (index !== '.') staged.push({ path, from, status: words[index!] ?? 'modified' })
      if (tree !== '.') unstaged.push({ path, from: null, status: words[tree!] ?? 'modified' })
    }
  }
  const upstream = headers.get('branch.upstream')
  const [, ahead, behind] = /^\+(\d+) -(\d+)$/.exec(headers.get('branch.ab') ?? '') ?? []
  return {
    branch: head.branch?.replace('refs/heads/', '') ?? null,
    commit: head.commit ?? null,
    upstream: upstream && ahead ? { name: upstream, ahead: Number(ahead), behind: Number(behind) } : null,
    operation: unfinishedOperation(git.gitDir) ?? null,
    staged,
    unstaged,
    untracked,
    conflicts,
  }
}
