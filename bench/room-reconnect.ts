import type { EndpointId } from '../src/contracts/ids.ts'
import { nodeRandom } from '../src/node/random.ts'
import type { Room } from '../src/room/room.ts'
import { MemoryLink } from '../transports/memory/memory-link.ts'
import { BenchRooms } from './bench-rooms.ts'
import { countBytes } from './counted-link.ts'
import type { BenchCase, Row } from './harness.ts'

/** Two peers that have everything meet again: what both together send until both know it. */
export const roomReconnect: BenchCase = {
  name: 'reconnect',
  async run(extent) {
    const counts = extent === 'quick' ? [1, 100] : [1, 2000]
    return (await Promise.all(counts.map(reconnect))).flat()
  },
}

async function reconnect(files: number): Promise<readonly Row[]> {
  const paths = Array.from({ length: files }, (_, i) => `${i % 50}/${i}.txt`)
  await using rooms = await BenchRooms.make(paths.map((path) => [path, `${path}\n`] as const))
  const ann = await rooms.found('ann')
  const bob = await rooms.join('bob', ann)
  for (const path of paths) ann.files.edit(path, [{ at: 0, remove: 0, insert: 'x' }])
  await ann.flush()
  await until(() => ann.digest === bob.digest)
  await rooms.close(ann)
  await rooms.close(bob)

  const [again, other] = [await rooms.open('ann'), await rooms.open('bob')]
  const ends = MemoryLink.pair('1'.repeat(32) as EndpointId, '2'.repeat(32) as EndpointId, nodeRandom.bytes(16))
  const sent = ends.map(countBytes)
  again.attach(ends[0])
  other.attach(ends[1])
  await until(() => isEqual(again) && isEqual(other))
  const sum = (key: 'handshake' | 'afterHandshake'): number => sent.reduce((total, side) => total + side[key], 0)
  return [
    {
      what: `reconnect when nothing changed, ${files} files edited before`,
      reached: sum('afterHandshake'),
      unit: 'bytes',
      target: { better: 'less', must: 200, goal: 200 },
      ours: `both ways together, one message each way; the handshake before it, with certificates and proofs: ${sum('handshake')} bytes`,
      reference: '',
      counts: '',
    },
  ]
}

function isEqual(room: Room): boolean {
  return room.peers.length > 0 && room.peers.every(({ session }) => session.isEqual())
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5))
}
