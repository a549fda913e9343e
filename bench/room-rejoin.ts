import assert from 'node:assert/strict'
import { nodeClock } from '../src/node/clock.ts'
import { nodeRandom } from '../src/node/random.ts'
import { SeededRandom } from '../src/lib/seeded-random.ts'
import type { Room } from '../src/room/room.ts'
import { loadNodeWebrtc, webrtcTransport } from '../transports/webrtc/index.ts'
import { BenchRooms, connect } from './bench-rooms.ts'
import { countsText } from './counters.ts'
import { medians, type BenchCase, type Figures } from './harness.ts'

const paths = Array.from({ length: 20 }, (_, i) => `src/${i}.txt`)

/** Two peers that were cut off have each done a lot; they meet over WebRTC: until both hold everything, durably, and show it. */
export const roomRejoin: BenchCase = {
  name: 'rejoin',
  async run(extent) {
    const operations = extent === 'quick' ? 1_000 : 10_000
    const runs: Figures[] = []
    for (let run = 0; run < (extent === 'quick' ? 1 : 3); run++) runs.push(await rejoin(operations))
    const figures = medians(runs)
    return [
      {
        what: `rejoin after ${operations} operations on each side, two peers, ${paths.length} files`,
        reached: figures['ms']! / 1000,
        unit: 's',
        target: { better: 'less', must: 3, goal: 1 },
        ours: 'from the first signal to equal room vectors and equal texts, over WebRTC, both peers in this process',
        reference: '',
        counts: `${countsText(figures)} of both`,
      },
    ]
  },
}

async function rejoin(operations: number): Promise<Figures> {
  await using rooms = await BenchRooms.make(paths.map((path) => [path, 'one\ntwo\n'] as const))
  const founder = await rooms.found('ann')
  await rooms.close(await rooms.join('bob', founder))
  await rooms.close(founder)
  const [ann, bob] = [await rooms.open('ann'), await rooms.open('bob')]
  for (const [seed, room] of [ann, bob].entries()) await typeApart(room, operations, seed)
  const transport = webrtcTransport({ clock: nodeClock, random: nodeRandom, wrtc: await loadNodeWebrtc() })
  rooms.counters.reset()
  const began = performance.now()
  connect(ann, bob, transport)
  while (!isDone(ann, bob)) await new Promise((resolve) => setTimeout(resolve, 10))
  const took = performance.now() - began
  assert.deepEqual([...ann.voided, ...bob.voided], [])
  return { ms: took, ...rooms.counters.figures }
}

/** Types words at random places, going on in one file for a while. */
async function typeApart(room: Room, operations: number, seed: number): Promise<void> {
  const random = new SeededRandom(seed)
  for (let i = 0; i < operations; i++) {
    const path = paths[Math.floor(i / 50) % paths.length]!
    const at = random.below(room.files.text(path)!.length + 1)
    room.files.edit(path, [{ at, remove: 0, insert: 'word ' }])
    if (i % 100 === 99) await room.flush()
  }
  await room.flush()
}

function isDone(ann: Room, bob: Room): boolean {
  return ann.digest === bob.digest && paths.every((path) => ann.files.text(path) === bob.files.text(path))
}
