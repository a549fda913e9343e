import assert from 'node:assert/strict'
import * as Y from 'yjs'
import { BenchRooms } from './bench-rooms.ts'
import { countsText } from './counters.ts'
import { cpuMs, interleaved, round, runsOf, type BenchCase, type Extent, type Figures, type Row } from './harness.ts'
import { traces, type Trace } from './trace.ts'

const path = 'text.txt'

/** Typing: every change is one operation; a room makes them durable, sealed and signed, so many at a time. */
export const roomLocalIngest: BenchCase = {
  name: 'local ingest',
  async run(extent) {
    const rows: Row[] = []
    for (const trace of traces(extent)) rows.push(...(await compare(trace, extent)))
    return rows
  },
}

async function compare(trace: Trace, extent: Extent): Promise<readonly Row[]> {
  const wanted = rawText(trace)
  const sides = await interleaved(runsOf(extent), {
    raw: async () => ({ cpuMs: await cpuMs(() => typeRaw(trace)) }),
    by100: () => typeInRoom(trace, 100, wanted),
    by500: () => typeInRoom(trace, 500, wanted),
  })
  const row = (figures: Figures, batch: number, must: number, goal: number): Row => ({
    what: `local ingest, ${batch} operations a batch (${trace.name}, ${trace.changes.length} operations)`,
    reached: sides.raw['cpuMs']! / figures['cpuMs']!,
    unit: 'x',
    target: { better: 'more', must, goal },
    ours: `${round(figures['cpuMs']!, 0)} ms CPU, durable, sealed, signed`,
    reference: `${round(sides.raw['cpuMs']!, 0)} ms CPU, raw Yjs in memory`,
    counts: countsText(figures),
  })
  return [row(sides.by100, 100, 0.6, 0.85), row(sides.by500, 500, 0.8, 0.95)]
}

function typeRaw({ start, changes }: Trace): Y.Text {
  const doc = new Y.Doc()
  const text = doc.getText('t')
  if (start) text.insert(0, start)
  let bytes = 0
  doc.on('update', (update: Uint8Array) => (bytes += update.length))
  for (const { at, remove, insert } of changes)
    doc.transact(() => {
      if (remove) text.delete(at, remove)
      if (insert) text.insert(at, insert)
    })
  return text
}

function rawText(trace: Trace): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- a Y.Text has a text.
  return typeRaw(trace).toString()
}

async function typeInRoom({ start, changes }: Trace, batch: number, wanted: string): Promise<Figures> {
  await using rooms = await BenchRooms.make([[path, start]])
  const room = await rooms.found('ann')
  room.files.text(path)
  rooms.counters.reset()
  const spent = await cpuMs(async () => {
    for (let at = 0; at < changes.length; at += batch) {
      for (const change of changes.slice(at, at + batch)) room.files.edit(path, [change])
      await room.flush()
    }
  })
  assert.equal(room.files.text(path), wanted)
  return { cpuMs: spent, ...rooms.counters.figures }
}
