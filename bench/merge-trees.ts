import { execFileSync } from 'node:child_process'
import { acrossText, repairedText } from '../src/cli/across-text.ts'
import type { FileTree } from '../src/merge/trees/file-tree.ts'
import { mergeTrees } from '../src/merge-on-node.ts'
import { plainGit } from './bench-rooms.ts'
import { quantile, round, type BenchCase } from './harness.ts'

/**
 * The merges of repositories, done again as whole trees: what does not fit together across files is printed, for a person to judge whether it is so. Merges of more
 * than two parents are left out, and those of lines that cross.
 */
export function mergesOfTrees(repositories: readonly string[]): BenchCase {
  return {
    name: 'merges of trees',
    async run() {
      for (const folder of repositories) await replay(folder)
      return []
    },
  }
}

async function replay(folder: string): Promise<void> {
  const git = (...args: readonly string[]): Buffer =>
    execFileSync('git', ['-C', folder, ...args], { env: plainGit, maxBuffer: 1 << 30 })
  const lines = (...args: readonly string[]) =>
    git(...args)
      .toString()
      .split('\n')
      .filter(Boolean)
  const count = { merges: 0, clean: 0, conflicts: 0, withFindings: 0, repaired: 0 }
  const times: number[] = []
  for (const line of lines('rev-list', '--all', '--min-parents=2', '--max-parents=2', '--parents')) {
    const [commit, left, right] = line.split(' ') as [string, string, string]
    const [base, ...others] = lines('merge-base', '--all', left, right)
    if (!base || others.length || base === left || base === right) continue
    const [old, mine, theirs] = [base, left, right].map((each) => treeAt(git, each)) as [FileTree, FileTree, FileTree]
    const start = performance.now()
    const { status, conflicts, findings, repaired } = await mergeTrees({ base: old, left: mine, right: theirs })
    times.push(performance.now() - start)
    count.merges++
    if (status === 'clean') count.clean++
    if (conflicts.length) count.conflicts++
    if (findings.length) count.withFindings++
    if (repaired.length) count.repaired++
    for (const finding of findings) console.log(`${commit.slice(0, 10)} ${acrossText(finding)}`)
    for (const finding of repaired) console.log(`${commit.slice(0, 10)} ${repairedText(finding)}`)
  }
  const [half, most] = [0.5, 0.95].map((part) => `${round(quantile(times, part))} ms`)
  console.log(`${folder}: ${JSON.stringify(count)}; ${half}, 95 % below ${most}, with reading by git`)
}

function treeAt(git: (...args: readonly string[]) => Buffer, commit: string): FileTree {
  const items = git('ls-tree', '-r', '-z', '--full-tree', commit).toString().split('\0').filter(Boolean)
  return new Map(
    items.map((item) => {
      const [head = '', path = ''] = item.split('\t')
      const [mode = '', , id = ''] = head.split(' ')
      return [path, { mode: Number.parseInt(mode, 8), id, read: () => git('cat-file', 'blob', id) }] as const
    }),
  )
}
