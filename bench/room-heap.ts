import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { round, type BenchCase } from './harness.ts'

const sizes = { quick: 1_000, normal: 50_000, full: 50_000 } as const
const program = fileURLToPath(new URL('./heap-child.js', import.meta.url))

/** What a room of many files holds in memory while one file in a hundred is open, against one document with all of them. */
export const roomHeap: BenchCase = {
  name: 'heap',
  run(extent) {
    const count = sizes[extent]
    const heapOf = (kind: 'one' | 'room'): number =>
      Number(execFileSync(process.execPath, ['--expose-gc', program, kind, String(count)], { encoding: 'utf8' }))
    const [one, room] = [heapOf('one'), heapOf('room')]
    return Promise.resolve([
      {
        what: `heap of a room with ${count} files, 1 % of them open, against one document`,
        reached: room / one,
        unit: 'x',
        target: { better: 'less', must: 1 / 30, goal: 1 / 50 },
        ours: `${round(room / 2 ** 20, 1)} MiB, all of the room`,
        reference: `${round(one / 2 ** 20, 1)} MiB, one Y.Doc with a Y.Text for each file`,
        counts: '',
      },
    ])
  },
}
