import assert from 'node:assert/strict'
import type { FileState } from '../src/history/file-state.ts'
import { SeededRandom } from '../src/lib/seeded-random.ts'
import { BenchRooms } from './bench-rooms.ts'
import { cpuMs, quantile, round, type BenchCase } from './harness.ts'
import { longestTrace, type Trace } from './trace.ts'

const path = 'text.txt'

/** The text of a file as it was after any operation of a long history. */
export const roomRestore: BenchCase = {
  name: 'restore',
  async run(extent) {
    const trace = longestTrace(extent)
    await using rooms = await BenchRooms.make([[path, trace.start]])
    const typed = await rooms.found('ann')
    for (let at = 0; at < trace.changes.length; at += 1000) {
      for (const change of trace.changes.slice(at, at + 1000)) typed.files.edit(path, [change])
      await typed.flush()
    }
    // As somebody finds it who comes back: nothing of the file is in memory but its operations.
    await rooms.close(typed)
    const room = await rooms.open('ann')
    const file = room.engines.live.layout.fileAt(path)!
    const state = room.engines.live.stateOf(file)
    const { evaluator } = room.engines.history
    const [feed, count] = [...state.counts][0]!
    const first = count - trace.changes.length
    const stateAfter = (operations: number): FileState => ({
      counts: new Map([[feed, first + operations]]),
      authors: [],
    })
    // The first look at a file's past builds what later ones begin from.
    const cold = await cpuMs(() => evaluator.textAt(file, stateAfter(trace.changes.length)))
    const random = new SeededRandom(1)
    const times: number[] = []
    for (let i = 0; i < 15; i++) {
      const operations = 1 + random.below(trace.changes.length)
      let text = ''
      times.push(await cpuMs(() => void (text = evaluator.textAt(file, stateAfter(operations)))))
      if (i === 0) assert.equal(text, textAfter(trace, operations))
    }
    return [
      {
        what: `restore any operation of ${trace.changes.length} (${trace.name})`,
        reached: quantile(times, 0.5),
        unit: 'ms',
        target: { better: 'less', must: 30, goal: 15 },
        ours: `CPU time, median of ${times.length}; greatest ${round(Math.max(...times), 0)} ms; the first of a file ${round(cold, 0)} ms`,
        reference: '',
        counts: '',
      },
    ]
  },
}

function textAfter({ start, changes }: Trace, operations: number): string {
  let text = start
  for (const { at, remove, insert } of changes.slice(0, operations))
    text = text.slice(0, at) + insert + text.slice(at + remove)
  return text
}
