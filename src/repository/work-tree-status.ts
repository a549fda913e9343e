import { unlessMissing } from '../git/git-missing.ts'
import { nulItems } from '../git/git-lists.ts'
import { readHead } from '../git/head.ts'
import { unfinishedOperation } from '../git/probe.ts'
import type { ChangedPath, WorkTreeStatus } from './changed-path.ts'
import { statusDirectly } from './status-directly.ts'
import type { Workspace } from './workspace.ts'

const words: Readonly<Record<string, ChangedPath['status']>> = {
  A: 'added',
  C: 'copied',
  D: 'deleted',
  M: 'modified',
  R: 'renamed',
  T: 'type changed',
}

/** What `git status` tells (porcelain version 2). For a process that has nothing else to do: it stands still meanwhile. */
export async function readWorkTreeStatus(workspace: Workspace, signal?: AbortSignal): Promise<WorkTreeStatus> {
  const { git } = workspace
  const head = readHead(git.gitDir, git.refs)
  // Each file by itself, unless the user has chosen how they are shown.
  const untrackedFiles = git.config.get('status.showuntrackedfiles') === undefined ? ['--untracked-files=all'] : []
  const args = ['status', '--porcelain=v2', '--branch', '-z', ...untrackedFiles]
  const output = await git.git.run(args, { signal, standsStill: true }).catch(unlessMissing)
  return {
    branch: head.branch?.replace('refs/heads/', '') ?? null,
    commit: head.commit ?? null,
    operation: unfinishedOperation(git.gitDir) ?? null,
    ...(output ? parseStatus(nulItems(output)) : await statusDirectly(workspace, signal)),
  }
}

function parseStatus(items: readonly string[]): Omit<WorkTreeStatus, 'branch' | 'commit' | 'operation'> {
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
    upstream: upstream && ahead ? { name: upstream, ahead: Number(ahead), behind: Number(behind) } : null,
    staged,
    unstaged,
    untracked,
    conflicts,
  }
}
