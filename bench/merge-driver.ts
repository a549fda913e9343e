import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainGit } from './bench-rooms.ts'
import { childCpuMs } from './child-cpu.ts'
import { interleaved, round, runsOf, type BenchCase } from './harness.ts'

const program = fileURLToPath(new URL('../bundle/cli/main.cjs', import.meta.url))
const lines = 2000

/** One call of the merge driver, whole process, on a file of 2,000 lines; beside it git, and a process of Node that does nothing. */
export const mergeDriver: BenchCase = {
  name: 'driver',
  async run(extent) {
    const folder = mkdtempSync(join(tmpdir(), 'anvcs-bench-driver-'))
    try {
      const text = (changed: number) =>
        Array.from({ length: lines }, (_, i) => `  const value${i} = ${i % 50 === changed ? 'changed' : i}\n`).join('')
      const timed = (command: string, ...args: readonly string[]) => {
        for (const [i, name] of ['base', 'left', 'right'].entries())
          writeFileSync(join(folder, name), text(50 - 20 * i))
        return Promise.resolve({ ms: childCpuMs(command, args, { cwd: folder, env: { ...plainGit, HOME: folder } }) })
      }
      const { driver, git, node } = await interleaved(runsOf(extent), {
        driver: () => timed(process.execPath, program, 'merge-driver', 'base', 'left', 'right', 'file.ts'),
        git: () => timed('git', 'merge-file', 'left', 'base', 'right'),
        node: () => timed(process.execPath, '--eval', '0'),
      })
      return [
        {
          what: `merge driver, cold, a file of ${lines} lines`,
          reached: round(driver['ms']!, 0),
          unit: 'ms',
          target: { better: 'less', must: 300, goal: 150 },
          ours: 'CPU of the whole process, compiled code kept from the run before',
          reference: `${round(git['ms']!)} ms CPU, \`git merge-file\`; ${round(node['ms']!)} ms, Node alone`,
          counts: '',
        },
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
