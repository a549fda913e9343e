import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { plainGit } from './bench-rooms.ts'
import { interleaved, round, runsOf, type BenchCase } from './harness.ts'

const program = fileURLToPath(new URL('../bundle/cli/main.cjs', import.meta.url))
const lines = 2000

/** One call of the merge driver, whole process, on a file of 2,000 lines. */
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
        const began = performance.now()
        execFileSync(command, args, { cwd: folder, env: { ...plainGit, HOME: folder } })
        return Promise.resolve({ ms: performance.now() - began })
      }
      const { driver, git } = await interleaved(runsOf(extent), {
        driver: () => timed(process.execPath, program, 'merge-driver', 'base', 'left', 'right', 'file.ts'),
        git: () => timed('git', 'merge-file', 'left', 'base', 'right'),
      })
      return [
        {
          what: `merge driver, cold, a file of ${lines} lines`,
          reached: round(driver['ms']!, 0),
          unit: 'ms',
          target: { better: 'less', must: 300, goal: 150 },
          ours: 'whole process',
          reference: `${round(git['ms']!)} ms, \`git merge-file\``,
          counts: '',
        },
      ]
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}
