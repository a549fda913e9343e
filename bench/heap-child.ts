import * as Y from 'yjs'
import type { Room } from '../src/room/room.ts'
import { BenchRooms } from './bench-rooms.ts'

// `node --expose-gc heap-child.js one|room COUNT`: prints how many bytes of heap so many files take. A process of its own for
// each, so that nothing else is counted.

const [kind, count] = process.argv.slice(2) as ['one' | 'room', string]
/** Mean size of a source file. */
const textUnits = 2_400
const text = 'const value = compute(left, right)\n'.repeat(Math.ceil(textUnits / 35)).slice(0, textUnits)
const paths = Array.from({ length: Number(count) }, (_, i) => `src/${i % 500}/${i}.ts`)

function* files(): Generator<readonly [path: string, content: string]> {
  for (const path of paths) yield [path, `// ${path}\n${text}`]
}

/** A document with all files, as it is loaded. */
function oneDocument(state: Uint8Array): Y.Doc {
  const doc = new Y.Doc()
  Y.applyUpdateV2(doc, state)
  return doc
}

function stateOfAll(): Uint8Array {
  const doc = new Y.Doc()
  const texts = doc.getMap<Y.Text>('files')
  doc.transact(() => {
    for (const [path, content] of files()) texts.set(path, new Y.Text(content))
  })
  return Y.encodeStateAsUpdateV2(doc)
}

async function used(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    globalThis.gc!()
  }
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function editSome(room: Room, some: readonly string[]): Promise<void> {
  for (const path of some) room.files.edit(path, [{ at: 0, remove: 0, insert: 'x' }])
  await room.flush()
}

if (kind === 'one') {
  const state = stateOfAll()
  const before = await used()
  const doc = oneDocument(state)
  console.log((await used()) - before)
  doc.destroy()
} else {
  // Compiled code is the program's, as it is on the other side, where the document is made before it is measured.
  await using small = await BenchRooms.make([['one.txt', text]])
  await editSome(await small.found('bob'), ['one.txt'])
  await using rooms = await BenchRooms.make(files())
  const before = await used()
  const room = await rooms.found('ann')
  await editSome(
    room,
    paths.filter((_, i) => i % 100 === 0),
  )
  console.log((await used()) - before)
}
