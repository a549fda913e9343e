import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainGit } from './bench-rooms.ts'
import { interleaved, round, runsOf, type BenchCase, type Row } from './harness.ts'

const program = fileURLToPath(new URL('../bundle/cli/main.cjs', import.meta.url))
const commits = 10_000

/** All of a long history, whole process, against `git log`. */
export const gitLog: BenchCase = {
  name: 'log',
  async run(extent) {
    const root = mkdtempSync(join(tmpdir(), 'anvcs-bench-log-'))
    try {
      const folder = join(root, 'repository')
      mkdirSync(folder)
      const env = { ...plainGit, HOME: root }
      const run = (command: string, args: readonly string[], input = '') =>
        execFileSync(command, args, { cwd: folder, env, input, stdio: ['pipe', 'pipe', 'inherit'], maxBuffer: 1 << 28 })
      run('git', ['init', '-q', '-b', 'main'])
      run('git', ['fast-import', '--quiet'], history())
      const ai = (...args: readonly string[]) => run(process.execPath, [program, ...args])
      const ours = (...args: readonly string[]) => timed(() => ai(...args))
      ai('init')
      const index = join(folder, '.git/ai-vcs/history')
      ai('log')
      const sides = await interleaved(runsOf(extent), {
        git: () => timed(() => run('git', ['log'])),
        log: () => ours('log'),
        first: () => {
          rmSync(index)
          return ours('log')
        },
        filtered: () => ours('log', '--filter', 'agent:nobody'),
        graph: () => ours('graph', '-n', String(commits)),
      })
      const row = (what: string, { ms }: { readonly ms?: number }): Row => ({
        what: `${what}, ${commits} commits, whole process`,
        reached: ms! / sides.git['ms']!,
        unit: 'x',
        target: undefined,
        ours: `${round(ms!, 0)} ms, with records and signatures`,
        reference: `${round(sides.git['ms']!, 0)} ms, \`git log\``,
        counts: '',
      })
      return [
        row('log', sides.log),
        row('log without its index', sides.first),
        row('log by agent', sides.filtered),
        row('graph', sides.graph),
      ]
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}

/** For `git fast-import`: one file of a thousand changes with each commit. */
function history(): string {
  return Array.from({ length: commits }, (_, i) => {
    const [message, content] = [`change ${i}\n\nWhy it was made.\n`, `content ${i}\n`]
    return [
      'commit refs/heads/main',
      `committer Ada <ada@example.org> ${1_700_000_000 + 60 * i} +0000`,
      `data ${message.length}\n${message}`,
      `M 100644 inline src/${i % 100}/${i % 1000}.ts`,
      `data ${content.length}\n${content}`,
    ].join('\n')
  }).join('\n')
}

function timed(work: () => unknown): Promise<{ readonly ms: number }> {
  const began = performance.now()
  work()
  return Promise.resolve({ ms: performance.now() - began })
}
