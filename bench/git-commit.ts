import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { commit } from '../src/repository/commit.ts'
import { Workspace } from '../src/repository/workspace.ts'
import { bareCommit, bareStatus } from './bare-calls.ts'
import { changedPath, GitBench } from './git-sandbox.ts'
import { interleaved, round, type BenchCase, type Extent, type Figures, type Row } from './harness.ts'

const program = fileURLToPath(new URL('../bundle/cli/main.cjs', import.meta.url))
const goals: Readonly<Record<number, { readonly warm: number; readonly coldMust: number; readonly coldGoal: number }>> =
  {
    1_000: { warm: 0.5, coldMust: 2, coldGoal: 1.2 },
    10_000: { warm: 0.35, coldMust: 1.2, coldGoal: 0.8 },
    100_000: { warm: 0.2, coldMust: 0.6, coldGoal: 0.4 },
  }

/** One changed file of many is committed, signed and with its note, against `git add PATH && git commit`; and the status is told. */
export const gitCommits: readonly BenchCase[] = Object.keys(goals).map((files) => ({
  name: `commit and status, ${files} files`,
  run: async (extent) => (extentsOf(Number(files)).includes(extent) ? compareBoth(Number(files), extent) : []),
}))

/** So many commits until V8 has compiled what a commit calls: until then one in the same process takes up to three times as long. */
const warmUp = 40

/** In which runs so many files are worth their time. */
function extentsOf(files: number): readonly Extent[] {
  return files === 1_000 ? ['quick', 'normal', 'full'] : files === 10_000 ? ['normal', 'full'] : ['full']
}

async function compareBoth(files: number, extent: Extent): Promise<readonly Row[]> {
  using bench = await GitBench.make(files)
  const rows: Row[] = []
  bench.setFsync(false)
  await warm(bench)
  for (const fsync of [true, false]) {
    bench.setFsync(fsync)
    rows.push(...(await compare(bench, files, fsync, extent)))
  }
  return rows
}

async function warm(bench: GitBench): Promise<void> {
  await using workspace = await Workspace.open({ path: bench.folder('ours'), environment: bench.environment })
  for (let i = 0; i < warmUp; i++) {
    bench.change('ours', `warm ${i}`)
    await commit(workspace, undefined, { message: 'change', paths: [changedPath] })
  }
}

async function compare(bench: GitBench, files: number, fsync: boolean, extent: Extent): Promise<readonly Row[]> {
  await using workspace = await Workspace.open({ path: bench.folder('ours'), environment: bench.environment })
  let count = 0
  // What a command leaves for its next runs is whole after two of them: docs/decisions/0009-compiled-code-is-kept.md.
  for (let i = 0; i < 2; i++) {
    bench.change('ours', `first ${i} ${fsync}`)
    await coldly(bench, 'commit', '-m', 'change', '--', changedPath)
    await coldly(bench, 'status')
  }
  const turns = {
    git: () => {
      bench.change('git', `git ${++count} ${fsync}`)
      return timed(() => {
        bench.git('git', 'add', changedPath)
        bench.git('git', 'commit', '-q', '-m', 'change')
      })
    },
    warm: () => {
      bench.change('ours', `ours ${++count} ${fsync}`)
      return timed(() => commit(workspace, undefined, { message: 'change', paths: [changedPath] }))
    },
    cold: () => {
      bench.change('ours', `cold ${++count} ${fsync}`)
      return coldly(bench, 'commit', '-m', 'change', '--', changedPath)
    },
    status: () => coldly(bench, 'status'),
    node: () => barely(bench, '0'),
    bareStatus: () => barely(bench, bareStatus),
    bareCommit: () => barely(bench, bareCommit(fsync)),
    gitStatus: () => timed(() => bench.git('git', 'status')),
  }
  // No garbage is collected between them: V8 drops compiled code that did not run for five collections, and all but one are processes of their own.
  const sides = await interleaved(runs(files, extent), turns, () => {})
  bench.git('ours', 'fsck', '--strict', '--no-dangling')
  const where = `1 file of ${files}, ${fsync ? 'both with fsync' : 'both without fsync'}`
  const { warm, coldMust, coldGoal } = goals[files]!
  const row = (what: string, ours: Figures, git: Figures, beside: string, must: number, goal: number): Row => ({
    what: `${what}, ${where}`,
    reached: ours['ms']! / git['ms']!,
    unit: 'x',
    target: { better: 'less', must, goal },
    ours: `${round(ours['ms']!, 0)} ms${what.startsWith('commit') ? ', signed, with its note' : ''}`,
    reference: `${round(git['ms']!, 0)} ms, ${beside}`,
    counts: '',
  })
  const add = '`git add PATH && git commit`, unsigned, no note'
  const rows = [row('commit in a warm process', sides.warm, sides.git, add, 1, warm)]
  // The program is not there yet in every build; nothing is shown for it then.
  if (!existsSync(program)) return rows
  rows.push(row('commit, whole process', sides.cold, sides.git, add, coldMust, coldGoal))
  if (fsync) rows.push(row('status, whole process', sides.status, sides.gitStatus, '`git status`', 3, 1.5))
  // No program on Node can be quicker than these: docs/decisions/0011-a-whole-process-begins-with-nodes-start.md.
  const bare = (what: string, ours: Figures, git: Figures, beside: string): Row => ({
    ...row(what, ours, git, beside, 0, 0),
    target: undefined,
    ours: `${round(ours['ms']!, 0)} ms, nothing of ours`,
  })
  const start = 'bare start of Node (`node -e 0`)'
  rows.push(
    bare(start, sides.node, sides.git, add),
    bare('bare calls of a commit on Node', sides.bareCommit, sides.git, add),
  )
  if (!fsync) return rows
  return [
    ...rows,
    bare(start, sides.node, sides.gitStatus, '`git status`'),
    bare('Node asks git for the status', sides.bareStatus, sides.gitStatus, '`git status`'),
  ]
}

function runs(files: number, extent: Extent): number {
  return extent === 'quick' ? 3 : files > 10_000 ? 5 : files > 1_000 ? 9 : 15
}

async function timed(work: () => unknown): Promise<Figures> {
  const began = performance.now()
  await work()
  return { ms: performance.now() - began }
}

function barely(bench: GitBench, script: string): Promise<Figures> {
  return timed(() => bench.run('ours', process.execPath, '-e', script))
}

async function coldly(bench: GitBench, ...args: readonly string[]): Promise<Figures> {
  return existsSync(program) ? timed(() => bench.run('ours', process.execPath, program, ...args)) : { ms: 0 }
}
